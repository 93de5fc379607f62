"""The rule tables of tests/rules/cases: read, checked and handed out as cases an officer can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"

TABLE_KEYS = {"title", "intro", "given", "cases"}
CASE_KEYS = {"id", "clause", "zh", "en", "facts", "expected"}


@dataclass(frozen=True)
class Words:
    """The same sentence in Chinese and in English."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError("A sentence of a rule table needs both languages.")


@dataclass(frozen=True)
class Case:
    """One line of a table: what is given, what must come out, and the clause it rests on.

    `facts` holds what the table gives for all its cases as well; `stated` only what the case itself says.
    """

    id: str
    clause: str
    words: Words
    stated: dict[str, Any]
    facts: dict[str, Any]
    expected: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One subject: its cases, and what holds for all of them where a case does not say otherwise (`given`)."""

    subject: str
    title: Words
    intro: Words
    given: dict[str, Any]
    cases: tuple[Case, ...]


@cache
def table(subject: str) -> Table:
    """The table of one subject; ValueError with the file's name where a key is missing, unknown or used twice."""
    content = yaml.safe_load((FOLDER / f"{subject}.yaml").read_text(encoding="utf-8"))
    _expect_keys(subject, content, TABLE_KEYS)
    given = content["given"] or {}
    cases = tuple(_case(subject, given, line) for line in content["cases"])
    ids = [case.id for case in cases]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{subject}.yaml: two cases have one id.")
    return Table(subject, Words(**content["title"]), Words(**content["intro"]), given, cases)


def cases(*subjects: str) -> Iterator[Case]:
    """All cases of some subjects, in the order of the files."""
    for subject in subjects:
        yield from table(subject).cases


def subjects(prefix: str = "") -> list[str]:
    """The subjects that have a table, by name."""
    return sorted(path.stem for path in FOLDER.glob(f"{prefix}*.yaml"))


def _case(subject: str, given: dict[str, Any], line: dict[str, Any]) -> Case:
    _expect_keys(f"{subject} {line.get('id')}", line, CASE_KEYS)
    stated = line["facts"]
    words = Words(line["zh"], line["en"])
    return Case(line["id"], line["clause"], words, stated, given | stated, line["expected"])


def _expect_keys(where: str, found: dict[str, Any], wanted: set[str]) -> None:
    if set(found) != wanted:
        raise ValueError(f"{where}: the keys {sorted(set(found) ^ wanted)} are missing or unknown.")
