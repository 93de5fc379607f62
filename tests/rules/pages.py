"""One handbook page per rule table: what holds for all cases, then a line for each, in Chinese and English."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.rules.tables import Case, Table, Words, table

WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))

SUBJECTS = (
    "clock_2019",
    "clock_2023",
    "clock_elsewhere",
    "events",
    "payrun_month",
    "payrun_held",
    "ledger_pauses",
    "ledger_events",
    "ledger_money",
    "instalments",
    "decision_2_usable",
    "decision_3_conflict",
    "decision_4_lost",
    "decision_5_to_verify",
    "decision_6_eligible",
    "decision_7_no_evidence",
    "decision_flags",
    "numbers",
    "names",
)
"""The pages in reading order. A table without a page fails a test."""


@dataclass(frozen=True)
class Page:
    """A page of the handbook: its file name, title, what the index says of its extent, and its text."""

    file: str
    title: Words
    extent: str
    text: str


def rule_pages() -> list[Page]:
    """The pages of the rule tables, in reading order."""
    return [rule_page(table(subject)) for subject in SUBJECTS]


def rule_page(source: Table) -> Page:
    return Page(
        file=f"rules-{source.subject.replace('_', '-')}.md",
        title=source.title,
        extent=f"{len(source.cases)} 例 · cases",
        text="\n".join(lines(source)) + "\n",
    )


def lines(source: Table) -> Iterator[str]:
    yield f"# {source.title.zh} · {source.title.en}"
    yield f"\n{source.intro.zh}"
    yield f"\n{source.intro.en}"
    if source.given:
        yield f"\n除另有说明外 · unless a case says otherwise: {entries(source.given, '; ')}"
    yield f"\n表格 · table: [{source.subject}.yaml](../../tests/rules/cases/{source.subject}.yaml)\n"
    yield "| 编号 · case | 情形 · what happened | 已知 · given | 结果 · result | 依据 · clause |"
    yield "| --- | --- | --- | --- | --- |"
    yield from (row(case) for case in source.cases)


def row(case: Case) -> str:
    cells = (
        case.id,
        f"{case.words.zh}<br>{case.words.en}",
        entries(case.stated, "<br>"),
        result(case.expected),
        case.clause,
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def result(expected: dict[str, Any]) -> str:
    if "B1" in expected:
        return "<br>".join(f"**{benefit}** {entries(rows, '; ')}" for benefit, rows in expected.items())
    return entries(expected, "<br>")


def entries(facts: dict[str, Any], between: str) -> str:
    return between.join(f"{WORDS['keys'][key]}: {value_of(key, value)}" for key, value in facts.items())


def value_of(key: str, value: Any) -> str:
    if key in ("records", "told"):
        return "".join(f"<br>{place}. `{text}`" for place, text in enumerate(value, 1)) or "无 · none"
    if isinstance(value, list):
        return ", ".join(value_of(key, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {value_of(key, each)}" for name, each in value.items())
    if value is None or value == "":
        return "空 · empty" if value == "" else "—"
    if isinstance(value, bool):
        return "是 · yes" if value else "否 · no"
    return named(key, str(value))


def named(key: str, value: str) -> str:
    """A code with its Chinese word where it has one, else as it stands, safe for a Markdown table."""
    words = WORDS["values"].get(key, {})
    if value in words:
        return f"{words[value]} `{value}`"
    return f"`{visible(value)}`"


def visible(value: str) -> str:
    """Characters that a reader cannot see, named by their code point."""
    return "".join(each if each.isprintable() and each != "\u3000" else f"<U+{ord(each):04X}>" for each in value)
