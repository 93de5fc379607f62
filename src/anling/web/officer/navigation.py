"""Where an officer can go: one table of screens, of which each officer sees what they may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anling.access.permissions import may_here
from anling.access.roles import Act
from anling.audit.values import Actor, Scope

Text = str | Promise


@dataclass(frozen=True)
class Screen:
    """A place in the navigation. name: of its URL in the namespace `office`; under: names of screens below begin so.

    acts: one of them opens it; none: every officer. purpose: what it is for, in one sentence, for its help page.
    """

    name: str
    title: Text
    icon: str
    purpose: Text
    acts: tuple[Act, ...] = ()
    under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Screens that belong together; the first group has no title."""

    title: Text
    screens: tuple[Screen, ...]


SCREENS = (
    Group(
        "",
        (
            Screen("home", _("Home"), "home", _("What waits for you today, and the way to each piece of work.")),
            Screen(
                "lists", _("Lists"), "list-check",
                _("The lists of the latest comparison: who may be certified, who has to be verified, and why."),
                (Act.LOOK, Act.SEE_FIGURES), ("list",),
            ),
            Screen(
                "people", _("People"), "users",
                _("Find a recipient by name, identity number, unit or region, and see all that is known of them."),
                (Act.LOOK, Act.LOOK_BEHIND), ("person", "benefit", "pass", "why"),
            ),
        ),
    ),
    Group(
        _("Roster"),
        (
            Screen(
                "imports", _("Roster imports"), "file-import",
                _("Bring a roster file in: look at what it would change, then apply it as a whole."),
                (Act.IMPORT,), ("import",),
            ),
            Screen(
                "places", _("Regions, units, outlets"), "map-pin",
                _("Where codes lie and what became of old ones; who manages recipients, and where they can certify."),
                (Act.LOOK, Act.SEE_FIGURES), ("unit", "outlet", "agenc", "place-list"),
            ),
            Screen(
                "cleanup", _("Clean-up"), "tool",
                _("Settle what the roster leaves unclear: duplicates, two benefits in pay, numbers that fail."),
                (Act.CORRECT,), ("cleanup",),
            ),
        ),
    ),
    Group(
        _("Comparison"),
        (
            Screen(
                "feeds", _("Feeds"), "database-import",
                _("What other departments deliver: what has arrived, what is late, and which rows were set aside."),
                (Act.LOOK, Act.IMPORT, Act.SEE_FIGURES), ("feed", "batch"),
            ),
            Screen(
                "runs", _("Comparison runs"), "arrows-exchange",
                _("Start a comparison of roster and feeds for a day, watch it, and compare its result with another."),
                (Act.RUN_COMPARISON, Act.LOOK, Act.SEE_FIGURES), ("run",),
            ),
            Screen(
                "what_ifs", _("What-if"), "eye",
                _("Change clock, thresholds or feeds in a scratch policy and see who would move before it is signed."),
                (Act.RUN_COMPARISON, Act.LOOK, Act.SEE_FIGURES), ("what_if",),
            ),
        ),
    ),
    Group(
        _("Casework"),
        (
            Screen(
                "cases", _("Cases"), "checklist",
                _("Who has to be looked into, until when and by whom: take a case, record what was tried and found."),
                (Act.WORK_CASES, Act.APPROVE_FINDINGS), ("case",),
            ),
            Screen(
                "findings", _("Findings to approve"), "circle-check",
                _("Losses that an officer found and a second one has to approve before pay is touched."),
                (Act.WORK_CASES, Act.APPROVE_FINDINGS), ("finding",),
            ),
            Screen(
                "appeals", _("Appeals"), "scale",
                _("What people contest: taken in at the counter, by letter or on their page, and decided by another."),
                (Act.WORK_CASES, Act.APPROVE_FINDINGS), ("appeal",),
            ),
            Screen(
                "notices", _("Notices"), "mail",
                _("What people are told, whether it arrived, and whom somebody has to reach in another way."),
                (Act.LOOK, Act.LOOK_BEHIND), ("notice", "letter"),
            ),
        ),
    ),
    Group(
        _("Pay"),
        (
            Screen(
                "forecast", _("Forecast"), "chart-bar",
                _("Who would stop in the next months if nothing happens, and how each could pass with least trouble."),
                (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY, Act.SEE_FIGURES), ("forecast",),
            ),
            Screen(
                "payruns", _("Pay runs"), "cash",
                _("Whose pay would pause in a month, who is held and why, who resumes: drafted, signed, approved."),
                (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY, Act.SEE_FIGURES), ("payrun",),
            ),
            Screen(
                "recoveries", _("Recoveries"), "receipt-refund",
                _("What was paid although nothing was due: order, instalments, what came in and what is outstanding."),
                (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY, Act.LOOK_BEHIND), ("recover",),
            ),
            Screen(
                "mismatches", _("Differences"), "git-compare",
                _("What the pay system holds and we do not: each settled by a person, with a note."),
                (Act.LOOK, Act.SIGN_PAY, Act.APPROVE_PAY, Act.LOOK_BEHIND), ("mismatch",),
            ),
        ),
    ),
    Group(
        _("Administration"),
        (
            Screen(
                "trail", _("Audit trail"), "history",
                _("Who did what, when and why: every act in order, sealed so that no entry can be altered unseen."),
                (Act.READ_TRAIL,), ("trail",),
            ),
            Screen(
                "officers", _("Officers"), "user-shield",
                _("Accounts of officers, their roles and regions, leave and substitution."),
                (Act.ADMINISTER_ACCESS,), ("officer", "grant"),
            ),
            Screen(
                "clients", _("Client systems"), "plug-connected",
                _("Other systems that call the interface: what each may ask for, in which region."),
                (Act.ADMINISTER_ACCESS,), ("client",),
            ),
            Screen(
                "system", _("System"), "player-play",
                _("Background jobs: what waits, what runs, what failed, and trying that again."),
                (Act.ADMINISTER_SYSTEM,), ("job",),
            ),
            Screen(
                "settings", _("Settings"), "settings",
                _("What this installation is and how it stands: database, disk, workers, backups, self-test."),
                (Act.ADMINISTER_SYSTEM,),
            ),
        ),
    ),
)  # fmt: skip


def screen_of(name: str) -> Screen | None:
    """The screen of a URL name of the namespace `office`, or the one above it; None for a name that has no place."""
    screens = [screen for group in SCREENS for screen in group.screens]
    exact = (screen for screen in screens if screen.name == name)
    above = (screen for screen in screens if name.startswith(screen.under or ("\0",)))
    return next(exact, None) or next(above, None)


def may_open(actor: Actor, here: Scope | None, screen: Screen) -> bool:
    """Whether one of the acts that open the screen is allowed to the officer where they work now."""
    return not screen.acts or any(may_here(actor, act, here) for act in screen.acts)


def navigation(actor: Actor, here: Scope | None, name: str = "") -> list[dict[str, Any]]:
    """The groups that this officer sees where they work now; name: of the URL they are at."""
    at = screen_of(name)
    groups = ({"title": group.title, "entries": list(_entries(group, actor, here, at))} for group in SCREENS)
    return [group for group in groups if group["entries"]]


def _entries(group: Group, actor: Actor, here: Scope | None, at: Screen | None) -> Iterator[dict[str, Any]]:
    for screen in group.screens:
        if may_open(actor, here, screen):
            try:
                url = reverse(f"office:{screen.name}")
            except NoReverseMatch:  # this installation has no such screen
                continue
            yield {"title": screen.title, "icon": screen.icon, "url": url, "here": screen is at}
