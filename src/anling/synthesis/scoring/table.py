"""The score as plain text of at most 100 columns, labels in Chinese and English."""

import unicodedata
from collections.abc import Sequence

from anling.synthesis.scoring.bars import Bar
from anling.synthesis.scoring.tally import Tally, per_million

WIDTH = 100


def width(text: str) -> int:
    """Columns that a text takes on a terminal: Han characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def left(text: str, columns: int) -> str:
    """The text, padded on the right."""
    return text + " " * max(columns - width(text), 0)


def right(text: str, columns: int) -> str:
    """The text, padded on the left."""
    return " " * max(columns - width(text), 0) + text


def headline(total: Tally) -> list[str]:
    """The figures of the whole province, one a line: label, people, rate."""
    lines = [
        ("参与比对人数", "people compared", total.people, ""),
        ("在世者被判丧失", "living people on lost", total.living_lost, _million(total.living_lost, total.living)),
        ("羁押、失踪、重复领取", "rightly on lost: custody, double …", total.living_rightly_lost, ""),
        ("期间死亡人数", "dead by the as-of day", total.dead, ""),
        ("  列入丧失", "  on lost", total.dead_lost, _share(total.dead_lost, total.dead)),
        ("  列入待核实", "  to verify", total.dead_to_verify, _share(total.dead_to_verify, total.dead)),
        ("  暂无证据", "  no evidence", total.dead_no_evidence, _share(total.dead_no_evidence, total.dead)),
        ("  凭生前真实记录认证", "  certified: true signs before death", total.dead_certified_before,
         _share(total.dead_certified_before, total.dead)),
        ("  凭身后记录认证", "  certified: a record after death", total.dead_certified_after,
         _million(total.dead_certified_after, total.people)),
        ("死亡到首条记录送达", "days to the first record: median", max(total.days_median, 0),
         f"{total.days_90th} days for 90 %"),
        ("无感认证", "certified without being asked", total.certified, _share(total.certified, total.people)),
        ("  其中即将到期者", "  of those due (11 months and more)", total.due_certified,
         _share(total.due_certified, total.due)),
        ("待核实", "to verify", total.to_verify, _ten_thousand(total.to_verify, total.people)),
        ("  其中在世者", "  of them alive", total.living_to_verify,
         _ten_thousand(total.living_to_verify, total.living)),
    ]  # fmt: skip
    return [f"{left(zh, 22)}{left(en, 38)}{right(f'{count:,}', 12)}  {rate}".rstrip() for zh, en, count, rate in lines]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "–"


def _million(part: int, whole: int) -> str:
    return f"{per_million(part, whole):,.1f} per million"


def _ten_thousand(part: int, whole: int) -> str:
    return f"{per_million(part, whole) / 100:,.1f} per 10,000"


_COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("人数", "people", 11), ("误判", "wrong", 8), ("亡者", "dead", 8), ("丧失", "lost", 8), ("待核", "verify", 9),
    ("无据", "none", 8), ("身前", "before", 8), ("身后", "after", 7), ("天数", "days", 6),
)  # fmt: skip
"""Heading in Chinese and English, and width, of each column of a group's line."""


def groups(first: tuple[str, str], rows: Sequence[tuple[str, Tally]]) -> list[str]:
    """One line per group: people; living wrongly lost; dead, of them lost; all to verify; dead without evidence.

    Then the dead who are certified by true signs from before death, by a record after it, and the median of days.
    """
    lines = [_line(first[0], [zh for zh, _, _ in _COLUMNS]), _line(first[1], [en for _, en, _ in _COLUMNS])]
    return lines + [_line(name, _cells(each)) for name, each in rows]


def _cells(each: Tally) -> list[str]:
    numbers = (
        each.people, each.living_lost, each.dead, each.dead_lost, each.to_verify, each.dead_no_evidence,
        each.dead_certified_before, each.dead_certified_after,
    )  # fmt: skip
    return [f"{number:,}" for number in numbers] + ["–" if each.days_median < 0 else str(each.days_median)]


def _line(name: str, cells: Sequence[str]) -> str:
    return left(name, 27) + "".join(right(cell, columns) for cell, (_, _, columns) in zip(cells, _COLUMNS, strict=True))


def verdicts(judged: Sequence[Bar]) -> list[str]:
    """The bars, three lines each: verdict, English, figure."""
    lines = []
    for bar in judged:
        sign = "达标 met    " if bar.met else "未达标 NOT MET"
        lines += [f"{left(sign, 16)}{bar.zh}", f"{'':16}{bar.en}", f"{'':16}{bar.figure}"[:WIDTH]]
    return lines
