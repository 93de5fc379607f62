"""Wrong feeds, headers, codes and cities are refused at their line.

An edit puts what is wrong on the last line of the new text.
"""

import re
from pathlib import Path

import pytest

from anling.policy import PolicyError, load
from tests.policy.shipped import edited, text

SHAPE = "lower-case Latin letters, digits and single underscores, a letter first"
SIGNS = "life, death, custody, missing, double_benefit, release, revocation, hint, none"
TOGETHER = "choose a sign, grade and no_raise that go together"
TWICE = "on 2019-04-02, here and on line N; end the earlier one on the day before or remove one"

FEEDS = [
    ("feed: police_death", "feed: Police-Death", f"`Police-Death` has not the shape expected here; write {SHAPE}"),
    ("code: death", "code: 死亡", f"`死亡` has not the shape expected here; write {SHAPE}"),
    ("sign: death", "sign: dead", f"unknown word `dead`; use one of {SIGNS}"),
    ("grade: L2", "grade: L4", "unknown word `L4`; use one of P1, P2, P3, L1, L2, L3, none"),
    ("grade: L2", "grade: P2", f"the sign death cannot have the grade P2; {TOGETHER}"),
    ("grade: L2", "grade: none", f"the sign death cannot have the grade none; {TOGETHER}"),
    ("grade: P1", "grade: L1", f"the sign life cannot have the grade L1; {TOGETHER}"),
    (
        "grade: L1",
        "no_raise: true\n        grade: L1",
        f"no_raise belongs to a sign of life, not to custody; {TOGETHER}",
    ),
    ("dated_by: end_date", "dated_by: delivery", "unknown word `delivery`; use one of event_date, end_date"),
    ("no_raise: true", "no_raise: yes", "`yes` is not true or false; write true or false"),
    ("no_raise: true", "no_raise: 1", "true or false is expected here; write true or false"),
    (
        "required: {value: true, unit: yes or no, source: assumption}",
        "required: {value: true, unit: yes or no}",
        "the key `source` is missing; add `source:` to this entry",
    ),
    (
        "usual_delay: {value: 30, unit: days,",
        "usual_delay: {value: 1, unit: months,",
        "the unit `months` is unknown here; write `days`",
    ),
    ("value: 4.0,", "value: many,", "a number is expected here; write digits with at most one decimal point"),
    ("value: 4.0,", "value: 0,", "`0` is not a number above 0; write one, without quotation marks"),
]
HEADERS = [
    (
        "column: benefit_no",
        "column: pension_no",
        "unknown roster column `pension_no`; use one of benefit_no, person_no, ",
    ),
]
CODES = [
    ('"110": employee', '"110": worker', "unknown word `worker`; use one of employee, resident"),
    (
        "column: sex",
        "column: gender",
        "unknown column `gender`; use one of scheme, pay_status, sex, suspend_reason, id_type",
    ),
    ("职工: employee", "职工:", "a single word or code is expected here; write one value on this line"),
]
REGIONS = [
    ('code: "4401"', 'code: "440100"', "`440100` has not the shape expected here; write the four digits of a city"),
    (
        "zh: 广州市",
        "zh: 2023",
        "a text is expected here; write words, in quotation marks where YAML takes them for another type",
    ),
    ("en: Guangzhou", "english: Guangzhou", "unknown key `english`; remove it or use one of code, zh, en, "),
]
CASES = [
    *(("feeds.yaml", *case) for case in FEEDS),
    *(("headers.yaml", *case) for case in HEADERS),
    *(("codes.yaml", *case) for case in CODES),
    *(("regions.yaml", *case) for case in REGIONS),
]


def sentence(path: Path) -> str:
    with pytest.raises(PolicyError) as error:
        load(path.parent)
    return str(error.value)


@pytest.mark.parametrize(("name", "old", "new", "said"), CASES)
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    path = edited(tmp_path, name, old, new)
    line = text(name)[: text(name).index(old)].count("\n") + new.count("\n") + 1

    assert sentence(path).startswith(f"{path}:{line}: {said}")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "feeds.yaml",
            "- code: moved",
            "- code: army",
            "the feed police_household has the code army twice; keep one of the two",
        ),
        (
            "headers.yaml",
            "[居住地区划,",
            "[姓 名, 居住地区划,",
            "`姓 名` stands for the roster columns name and residence_region; keep it under one of them",
        ),
        (
            "headers.yaml",
            "column: address",
            "column: phone",
            f"the roster column phone has two values {TWICE}",
        ),
        ("codes.yaml", '"110": employee', '"１７０": employee', "`170` stands twice under scheme; keep one of the two"),
        (
            "codes.yaml",
            "column: pay_status",
            "column: pay_status\n    data_source: hunan",
            "the column pay_status has no default table; add an entry without data_source for it",
        ),
        (
            "feeds.yaml",
            "feed: gov_login",
            "feed: police_death",
            f"the feed police_death has two values {TWICE}",
        ),
        (
            "regions.yaml",
            '"4402"',
            '"4401"',
            f"the city 4401 has two values {TWICE}",
        ),
        (
            "headers.yaml",
            "    labels: [性别]\n    source: 全国社会保险指标代码 (codes), assumption (labels)\n",
            "    labels: [性别]\n    source: x\n    valid_to: 2024-12-31\n",
            "the roster column sex has no value after 2024-12-31; add one or remove this valid_to",
        ),
    ],
)
def test_entries_that_contradict_each_other_are_refused(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    path = edited(tmp_path, name, old, new)

    place, _, rest = sentence(path).partition(": ")

    assert re.fullmatch(rf"{re.escape(str(path))}:\d+", place)
    assert re.sub(r"on line \d+", "on line N", rest) == f"{said}."


def test_an_alias_may_move_to_another_column_on_a_day(tmp_path: Path) -> None:
    """The same label in two columns is refused only where both are in force on one day."""
    old = "  - column: unit\n"
    new = "  - {column: unit, labels: [居住地], source: assumption, valid_from: 2025-01-01}\n" + old

    said = sentence(edited(tmp_path, "headers.yaml", old, new))

    assert "`居住地` stands for the roster columns residence_region and unit; keep it under one of them." in said


def test_more_kinds_than_the_store_can_number_are_refused(tmp_path: Path) -> None:
    said = "{zh: x, en: x}"
    code = f"sign: none, grade: none, label: {said}, proves: {said}, faked_by: {said}, source: x"
    old = "      - code: moved\n"
    more = "".join(f"      - {{code: k{number}, {code}}}\n" for number in range(250))
    path = edited(tmp_path, "feeds.yaml", old, more + old)

    assert re.search(
        r"feeds\.yaml:\d+: there are \d+ kinds, more than 63; join codes by a common `kind`\.$", sentence(path)
    )
