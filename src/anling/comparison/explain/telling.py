"""An explanation as lines that a clerk can read aloud, in Chinese or in English; names and numbers masked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from anling.comparison.explain.account import BenefitAccount, Explanation, PersonAccount
from anling.comparison.explain.record_lines import indented, record_lines, shown_name, shown_number
from anling.comparison.explain.source_lines import source_lines
from anling.comparison.phrases import (
    FIRST_BASES,
    LISTS,
    REASONS,
    SCHEMES,
    Phrase,
    Use,
    filled,
    joined,
    plain,
    said_day,
    said_month,
)
from anling.policy.parameters import ASSUMPTION
from anling.rules.clock import Clock, ClockRule
from anling.rules.evidence import Scheme
from anling.rules.months import Month


def tell(explanation: Explanation, *, unmask: bool = False) -> tuple[Phrase, ...]:
    """The explanation line by line, each in both languages; `unmask` shows names and numbers in full."""
    return tuple(_tell(explanation, unmask))


def _tell(explanation: Explanation, unmask: bool) -> Iterator[Phrase]:
    yield filled(
        "个人编号 {person_no}，比对基准日 {day}，政策版本 {policy}",
        "Person {person_no}, compared as of {day}, policy {policy}",
        person_no=plain(explanation.person_no),
        day=said_day(explanation.as_of),
        policy=plain(explanation.policy),
    )
    if len(explanation.people) > 1:
        yield filled(
            "注意：这个个人编号下有{count}个不同的证件号码，按{count}个人分别说明，请清理。",
            "Note: {count} different numbers stand under this person number, explained one by one. Please clean up.",
            count=plain(len(explanation.people)),
        )
    for person in explanation.people:
        yield from _person(person, explanation, unmask)
    yield from _verdict(explanation)


def _person(person: PersonAccount, explanation: Explanation, unmask: bool) -> Iterator[Phrase]:
    yield Phrase("", "")
    yield filled(
        "姓名 {name}，证件号码 {number}",
        "Name {name}, number {number}",
        name=plain(shown_name(person.name, unmask)),
        number=plain(shown_number(person.number, unmask) or "-"),
    )
    for benefit in person.benefits:
        yield from _benefit(benefit)
    if any(benefit.decision for benefit in person.benefits):
        yield from _all_records(person, explanation, unmask)
    if person.unseen:
        yield from source_lines(explanation.sources, explanation.catalogue)


def _all_records(person: PersonAccount, explanation: Explanation, unmask: bool) -> Iterator[Phrase]:
    yield _window(*person.window)
    deciding = [each for each in person.records if each.judged is Use.DECIDING]
    rest = [each for each in person.records if each.judged is not Use.DECIDING]
    used, unused = Phrase("作为依据的记录", "Deciding records"), Phrase("没有采用的记录", "Records that did not decide")
    yield from record_lines(used, deciding, explanation.catalogue, unmask)
    yield from record_lines(unused, rest, explanation.catalogue, unmask)


def _window(first: Month, last: date) -> Phrase:
    if first > Month.of_date(last):
        return filled("生存记录从{first}起才计入", "Signs of life count only from {first} on", first=said_month(first))
    return filled(
        "生存记录计入的时间：{first}至{last}",
        "Signs of life count from {first} to {last}",
        first=said_month(first),
        last=said_day(last),
    )


def _benefit(benefit: BenefitAccount) -> Iterator[Phrase]:
    row = benefit.row
    yield filled(
        "待遇 {benefit_no}（{scheme}，{region}）：{list}",
        "Benefit {benefit_no} ({scheme}, {region}): {list}",
        benefit_no=plain(row.benefit_no),
        scheme=SCHEMES[Scheme(row.scheme)],
        region=plain(row.region),
        list=LISTS[benefit.decision.list] if benefit.decision else Phrase("不参加比对", "not compared"),
    )
    yield indented(benefit.sentence)
    if not benefit.decision:
        return
    reasons = joined(REASONS[reason] for reason in benefit.decision.reasons)
    yield indented(filled("原因：{reasons}。", "Reasons: {reasons}.", reasons=reasons))
    yield from (indented(line) for line in _clock(benefit))
    yield from (indented(filled("错误：{fault}", "FAULT: {fault}", fault=fault)) for fault in benefit.faults)


def _clock(benefit: BenefitAccount) -> Iterator[Phrase]:
    if benefit.before is None:
        yield filled(
            "认证时钟：起算月不明，由经办人员个案处理，不会自动停发（依据 {source}）。",
            "Clock: no month to count from is known: a case for an officer, never an automatic stop ({source}).",
            source=_said_source(benefit.rule),
        )
    else:
        yield filled(
            "认证时钟：{how}，{clock}（依据 {source}）。",
            "Clock: {how}, {clock} ({source}).",
            how=_counted_from(benefit.before, benefit.row.last_pass_month is not None, benefit.rule),
            clock=_said_clock(benefit.before),
            source=_said_source(benefit.rule),
        )
    if benefit.after and benefit.after != benefit.before:
        passed = _counted_from(benefit.after, True, benefit.rule)
        yield filled(
            "本次通过后：{how}，{clock}。",
            "With this pass: {how}, {clock}.",
            how=passed,
            clock=_said_clock(benefit.after),
        )
    else:
        yield Phrase("本次比对不改变认证时钟。", "This comparison leaves the clock as it is.")


def _counted_from(clock: Clock, passed: bool, rule: ClockRule) -> Phrase:
    month = said_month(clock.base)
    if passed:
        return filled("从认证月{month}起算", "counted from the pass of {month}", month=month)
    return filled(
        "从未认证，{how}（{month}）",
        "never certified, {how} ({month})",
        how=FIRST_BASES[rule.first_base],
        month=month,
    )


def _said_source(rule: ClockRule) -> Phrase:
    return Phrase(rule.source.replace(ASSUMPTION, "推定"), rule.source)


def _said_clock(clock: Clock) -> Phrase:
    return filled(
        "最迟在{last}认证，否则自{stop}起暂停发放",
        "to be certified by the end of {last}, else pay pauses from {stop}",
        last=said_month(clock.last_ok),
        stop=said_month(clock.stop_month),
    )


def _verdict(explanation: Explanation) -> Iterator[Phrase]:
    yield Phrase("", "")
    if not any(benefit.decision for person in explanation.people for benefit in person.benefits):
        return
    if explanation.agrees:
        yield Phrase(
            "已按同样的记录和规则重新计算，与存档的结论一致。",
            "Decided once more from the same records and rules: equal to the stored decision.",
        )
    else:
        yield Phrase(
            "错误：重新计算与存档的结论不一致，请勿据此办理，并报告系统管理员。",
            "FAULT: deciding once more does not give the stored decision; do not act on it, and report it.",
        )
