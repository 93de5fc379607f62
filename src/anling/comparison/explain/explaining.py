"""Puts together the explanation of one person number: decisions, records, clocks, sources."""

from __future__ import annotations

from datetime import date

from anling.comparison.explain.account import BenefitAccount, Explanation, PersonAccount, RecordAccount
from anling.comparison.explain.judging import judge
from anling.comparison.explain.material import Material, fetch
from anling.comparison.explain.replay import Replay, base_of, clock_rule, differences, replay
from anling.comparison.explain.run_folder import RunFolder
from anling.comparison.phrases import Phrase
from anling.comparison.sentences import decision_sentence
from anling.engines.duckdb.lookup import RosterRow, StoredDecision
from anling.feeds.intake import InputError
from anling.rules.clock import Clock, ClockRule, clock
from anling.rules.decision import Decision
from anling.rules.facts import by_day
from anling.rules.months import Month
from anling.rules.numbers import BLANKS

NOT_COMPARED = Phrase(
    "待遇已终止，不参加比对，没有结论。", "The benefit has ended: it is not compared and has no decision."
)


def explain(run: RunFolder, person_no: str) -> Explanation:
    """Everything about one person number. Raises InputError where the roster does not know it."""
    asked = BLANKS.sub("", person_no)
    people = tuple(account(run, material) for material in fetch(run, [asked]))
    if not people:
        raise InputError(
            f"PERSON_NO {person_no}: 本次比对的花名册中没有此人,请核对个人编号,或在 quarantine.parquet 中查看是否被拒收"
            " / not on the roster of this run; check the number, or see in quarantine.parquet whether it was refused."
        )
    return Explanation(asked, run.folder, run.as_of, run.policy.version, people, run.health, run.catalogue)


def account(run: RunFolder, material: Material) -> PersonAccount:
    """The account of one human; an ended benefit is named, not decided."""
    compared = material.compared
    replayed = replay(run, compared, material.holders, material.found) if compared else None
    decisions = {each.benefit_no: each for each in replayed.decisions} if replayed else {}
    first = compared[0] if compared else material.rows[0]
    return PersonAccount(
        name=first.name,
        number=first.id_text,
        number_tied=first.key is not None,
        benefits=tuple(
            _benefit(run, row, decisions.get(row.benefit_no), material.stored.get(row.benefit_no))
            for row in material.rows
        ),
        records=_records(replayed) if replayed else (),
        window=_window(run, replayed),
    )


def _benefit(
    run: RunFolder, row: RosterRow, decision: Decision | None, stored: StoredDecision | None
) -> BenefitAccount:
    rule = clock_rule(run, row)
    before, after = _clocks(row, rule, decision)
    return BenefitAccount(
        row=row,
        rule=rule,
        decision=decision,
        before=before,
        after=after,
        sentence=decision_sentence(decision, run.catalogue) if decision else NOT_COMPARED,
        faults=differences(decision, stored) if decision else (),
    )


def _clocks(row: RosterRow, rule: ClockRule, decision: Decision | None) -> tuple[Clock | None, Clock | None]:
    """The clock as it stands, and as a pass by this comparison would set it; an older pass never sets it back."""
    base = base_of(row, rule)
    passed = decision.pass_month if decision else None
    newest = max((month for month in (base, passed) if month), default=None)
    return clock(rule, base) if base else None, clock(rule, newest) if newest else None


def _records(replayed: Replay) -> tuple[RecordAccount, ...]:
    ordered = sorted(replayed.traced, key=lambda each: by_day(each.record), reverse=True)
    return tuple(RecordAccount(each, judge(each, replayed)) for each in ordered)


def _window(run: RunFolder, replayed: Replay | None) -> tuple[Month, date]:
    """The months in which a life sign counts: after the base, and recent enough (domain.md, section 2, point 2)."""
    recent = Month.of_date(run.as_of) - run.policy.decision_rule(run.as_of).window_months
    base = replayed.facts.person.base if replayed else None
    return (max(recent, base + 1) if base else recent), run.as_of
