"""The forms of what-ifs: what the question rests on, the values of the scratch policy, which people are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from anling.comparison.what_if.asking import Question
from anling.comparison.what_if.reading import NEVER, Chosen, run_to_ask, runs_to_ask
from anling.policy import Feed
from anling.policy.scratch import REQUIRED, SWITCH, Setting
from anling.rules.evidence import ListName, Scheme
from anling.web.officer.words.wording import list_name, scheme_name

NAMES = {
    "cycle_months": _("A pass holds"),
    "stop_after_months": _("First month without pay, after the base"),
    "first_base": _("Where nobody has passed yet, the clock counts from"),
    "window_months": _("A sign of life counts back"),
    "l2_pair_days": _("Two strong loss signs settle a loss within"),
    "p3_count": _("Weak signs of life that certify together"),
    "p3_kinds": _("Weak signs: of at least so many kinds"),
    "p3_span_days": _("Weak signs: within"),
    "age_limit": _("Older than this only decisive signs certify"),
    "missing_rows": _("A feed is missing with at most"),
    "late_grace_days": _("A feed is late after its usual delay and"),
    "shrunk_under": _("A feed is shrunk under"),
    "swollen_over": _("A feed is swollen over"),
    "faulty_over": _("A feed is full of errors over"),
    SWITCH: _("In use"),
    REQUIRED: _("Required feed"),
}
UNITS = {
    "months": _("months"), "days": _("days"), "records": _("records"), "kinds": _("kinds"), "years": _("years"),
    "rows": _("rows"), "share of expected rows": _("share of expected rows"),
    "share of delivered rows": _("share of delivered rows"),
}  # fmt: skip
WORDS = {
    "true": _("yes"), "false": _("no"),
    "application_next_month": _("the month after the application"), "application_month": _("the month of application"),
    "approval_month": _("the month of approval"), "benefit_start": _("the month the benefit began"),
    "none": _("nothing: a case"),
    "L1": _("L1 decisive"), "L2": _("L2 strong"),
    "P1": _("P1 decisive"), "P2": _("P2 strong"), "P3": _("P3 weak"),
}  # fmt: skip


class BasisForm(forms.Form):
    """Of whom it is asked, and on what it rests."""

    region = forms.RegexField(
        r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", label=_("Region"),
        error_messages={"invalid": _("A region is a code of 2, 4, 6, 9 or 12 digits.")},
    )  # fmt: skip
    run = forms.ChoiceField(label=_("Rests on"), required=False)
    stands = forms.BooleanField(label=_("Count clocks from the passes on record today"), required=False)

    def __init__(self, data: Any, scope: str) -> None:
        given = {"region": scope} | {name: data[name] for name in ("region", "run", "stands") if name in data}
        super().__init__(given)
        self._scope = scope
        field: Any = self.fields["run"]
        field.choices = [
            ("", gettext("the clocks as they stand today, without lists")),
            *((str(run.pk), gettext("run %(number)s as of %(day)s") % {"number": run.pk, "day": run.as_of})
              for run in runs_to_ask(given["region"])),
        ]  # fmt: skip

    def clean_region(self) -> str:
        """Inside the officer's own region."""
        region: str = self.cleaned_data["region"]
        if not region.startswith(self._scope):
            raise forms.ValidationError(gettext("That region lies outside yours."))
        return region

    @property
    def question(self) -> Question:
        """What a valid form asks."""
        said = self.cleaned_data
        run = run_to_ask(int(said["run"]), said["region"]) if said["run"] else None
        return Question(said["region"], run, bool(said["stands"]))


class ScratchForm(forms.Form):
    """Every value that may be exchanged, by its key. What a value may be, the loader of the policy says."""

    def __init__(self, settings: Iterable[Setting], feeds: Iterable[Feed], data: Any = None) -> None:
        super().__init__(data)
        self._settings, self._feeds = tuple(settings), {feed.code: feed for feed in feeds}
        for setting in self._settings:
            self.fields[setting.key] = self._field(setting)
        self.fields["reason"] = forms.CharField(label=gettext("What for"), max_length=200, required=False)

    def _field(self, setting: Setting) -> forms.Field:
        widget = (
            forms.Select(choices=[(choice, word(choice)) for choice in setting.choices])
            if setting.choices else forms.TextInput(attrs={"inputmode": "decimal"})
        )  # fmt: skip
        unit = UNITS.get(setting.unit)
        return forms.CharField(
            label=self.name_of(setting), initial=setting.value, required=False, widget=widget, max_length=60,
            help_text=gettext("%(unit)s; in force: %(value)s") % {"unit": unit, "value": setting.value} if unit else "",
        )  # fmt: skip

    def name_of(self, setting: Setting) -> str:
        """What a setting is called within its group."""
        feed = self._feeds.get(setting.part)
        if feed and setting.name in feed.codes and setting.name not in (SWITCH, REQUIRED):
            code = feed.codes[setting.name]
            return gettext("Trust in: %(code)s") % {"code": code.label_zh if chinese() else code.label_en}
        return str(NAMES[setting.name])

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The settings by scheme and section, each with its fields."""
        titles = {
            **{scheme.value: gettext("Clock: %(scheme)s") % {"scheme": scheme_name(scheme.value)} for scheme in Scheme},
            "decision": gettext("Decision"), "health": gettext("Health of the sources"),
        }  # fmt: skip
        return [{"title": title, "fields": list(self._of(part))} for part, title in titles.items()]

    @property
    def feeds(self) -> list[dict[str, Any]]:
        """The feeds, each with its fields; open where something is changed or wrong."""
        return [
            {"title": feed.label_zh if chinese() else feed.label_en, "code": code, "fields": list(self._of(code)),
             "open": any(self._touched(key) for key in self._keys(code))}
            for code, feed in self._feeds.items()
        ]  # fmt: skip

    def values(self) -> dict[str, str]:
        """What was typed, by key; a field that did not come is as it is in force."""
        return {each.key: str(self.data.get(each.key, each.value)).strip() for each in self._settings}

    def _keys(self, part: str) -> list[str]:
        return [each.key for each in self._settings if each.part == part]

    def _of(self, part: str) -> Iterator[forms.BoundField]:
        for key in self._keys(part):
            yield self[key]

    def _touched(self, key: str) -> bool:
        return self.is_bound and (key in self.errors or self.data.get(key) != self.fields[key].initial)


class PeopleForm(forms.Form):
    """Which people of a what-if are shown, as the address holds it."""

    before = forms.ChoiceField(label=_("List before"), required=False)
    after = forms.ChoiceField(label=_("List after"), required=False)
    stop_before = forms.ChoiceField(label=_("Would stop, before"), required=False)
    stop_after = forms.ChoiceField(label=_("Would stop, after"), required=False)
    scheme = forms.ChoiceField(label=_("Scheme"), required=False)
    region = forms.RegexField(r"^[0-9]{0,12}$", label=_("Region"), required=False)
    moved = forms.BooleanField(label=_("onto another list"), required=False)
    shifted = forms.BooleanField(label=_("stop in another month"), required=False)

    def __init__(self, data: Any, stops: Iterable[Any]) -> None:
        super().__init__(data)
        everything = [("", gettext("All"))]
        lists = everything + [(each.value, list_name(each.value)) for each in ListName]
        months = everything + [(month_key(month), month_name(month)) for month in stops]
        schemes = everything + [(each.value, scheme_name(each.value)) for each in Scheme]
        choices = {"before": lists, "after": lists, "stop_before": months, "stop_after": months, "scheme": schemes}
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    @property
    def chosen(self) -> Chosen:
        """What is asked for; a field that is wrong narrows nothing."""
        self.is_valid()
        return Chosen(**{name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)})


def month_key(month: Any) -> str:
    """A month as the address holds it."""
    return f"{month:%Y-%m}" if month else NEVER


def month_name(month: Any) -> str:
    """A month as a page says it."""
    return f"{month:%Y-%m}" if month else gettext("never")


def word(value: str) -> str:
    """A value of the policy in the language of the page; a number as it is."""
    return str(WORDS.get(value, value))


def chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")
