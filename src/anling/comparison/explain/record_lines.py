"""The records of a person as lines: life signs of one kind told in one breath, losses one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from anling.comparison.explain.account import RecordAccount
from anling.comparison.phrases import (
    GRADES,
    IDENTITIES,
    USES,
    WHY_NOT,
    Phrase,
    Use,
    filled,
    plain,
    said_day,
)
from anling.policy.catalogue import Catalogue
from anling.rules.evidence import Grade, Identity, Sign, WhyNot
from anling.rules.names import masked_name
from anling.rules.numbers import read_untyped


def judged_phrase(judged: Use | WhyNot) -> Phrase:
    """What a record did, or why it did nothing."""
    return USES[judged] if isinstance(judged, Use) else WHY_NOT[judged]


def shown_number(number: str, unmask: bool) -> str:
    """A number as the screen may show it."""
    return number if unmask else read_untyped(number).masked


def shown_name(name: str, unmask: bool) -> str:
    """A name as the screen may show it."""
    return name if unmask else masked_name(name)


def record_lines(title: Phrase, records: list[RecordAccount], catalogue: Catalogue, unmask: bool) -> Iterator[Phrase]:
    """A title with the number of records, and under it the records, alike ones together."""
    yield filled("{title}：{count}条", "{title}: {count}", title=title, count=plain(len(records)))
    for _, group in groupby(sorted(records, key=_likeness), key=_likeness):
        yield indented(_group(list(group), catalogue, unmask))


def _likeness(account: RecordAccount) -> tuple[str, ...]:
    """Life signs that a clerk would tell in one breath: same feed, code, tie and use. Losses are told one by one."""
    record = account.traced.record
    alone = record.row_id if record.sign is not Sign.LIFE and record.grade is not Grade.NONE else ""
    name = account.traced.name if record.identity is not Identity.EXACT else ""
    return (
        str(account.judged),
        record.grade,
        record.feed,
        record.code,
        record.identity,
        name,
        record.batch * bool(alone),
        alone,
    )


def _group(group: list[RecordAccount], catalogue: Catalogue, unmask: bool) -> Phrase:
    traced, judged = group[0].traced, group[0].judged
    record = traced.record
    feed = catalogue.feeds[record.feed]
    meaning = feed.codes[record.code]
    what = "{feed}·{code}" if feed.label_zh != meaning.label_zh else "{feed}"
    return filled(
        "{days} " + what + "（{grade}）{tie}：{judged}{where}",
        "{days} {feed}, {code} ({grade}){tie}: {judged}{where}",
        days=_days(group),
        feed=Phrase(feed.label_zh, feed.label_en),
        code=Phrase(meaning.label_zh, meaning.label_en),
        grade=GRADES[record.grade],
        tie=_tie(group[0], unmask),
        judged=judged_phrase(judged),
        where=_where(group),
    )


def _days(group: list[RecordAccount]) -> Phrase:
    days = sorted(each.traced.record.day for each in group)
    end = group[0].traced.record.end_date
    if len(group) == 1:
        until = filled("至{end}", " to {end}", end=said_day(end)) if end and end != days[0] else Phrase("", "")
        return filled("{day}{until}", "{day}{until}", day=said_day(days[0]), until=until)
    return filled(
        "{first}至{last}共{count}条",
        "{count} from {first} to {last}:",
        first=said_day(days[0]),
        last=said_day(days[-1]),
        count=plain(len(days)),
    )


def _tie(account: RecordAccount, unmask: bool) -> Phrase:
    traced = account.traced
    if traced.record.identity is Identity.EXACT:
        return Phrase("", "")
    number = shown_number(traced.number, unmask)
    written = plain(" ".join(filter(None, (shown_name(traced.name, unmask) or "-", number))))
    return filled("[{how}：{written}]", " [{how}: {written}]", how=IDENTITIES[traced.record.identity], written=written)


def _where(group: list[RecordAccount]) -> Phrase:
    """Where a single record stands, so that it can be found again."""
    if len(group) > 1:
        return Phrase("", "")
    record = group[0].traced.record
    return plain(f" [{record.feed}/{record.batch}/{record.row_id}]")


def indented(line: Phrase) -> Phrase:
    """A line that belongs to the one above it."""
    return Phrase(f"  {line.zh}", f"  {line.en}")
