"""Wrong dated numbers are refused in one sentence with file, line and remedy: gaps, overlaps, keys, types, words."""

from datetime import date
from pathlib import Path

import pytest

from anling.policy import PolicyError, load
from anling.rules.evidence import Scheme
from tests.policy.shipped import policy_with

LINES = """\
cycle_months:
  - {value: 12, unit: months, source: N-A2, valid_from: 2019-04-02}
stop_after_months:
  - {value: 13, unit: months, source: N-A2, valid_from: 2019-04-02}
first_base:
  - {value: none, unit: word, source: assumption, valid_from: 2019-04-02}
""".splitlines()


def clock(directory: Path, number: int, *lines: str) -> str:
    """What is said when the given lines stand in place of line `number` of the small clock file."""
    path = directory / "clock.yaml"
    path.write_text("\n".join([*LINES[: number - 1], *lines, *LINES[number:]]) + "\n", encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load(directory)
    return str(error.value).removeprefix(str(directory) + "/")


def entry(value: str, *more: str, since: str = "2019-04-02") -> str:
    return f"  - {{{', '.join([f'value: {value}', 'unit: months', 'source: N-A2', f'valid_from: {since}', *more])}}}"


DAY_REMEDY = "write an existing day as yyyy-mm-dd without quotation marks"
WHOLE_REMEDY = "write digits only, 1 or more"


def test_the_small_file_is_sound(tmp_path: Path) -> None:
    (tmp_path / "clock.yaml").write_text("\n".join(LINES), encoding="utf-8")

    assert load(tmp_path).version.endswith("+clock")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [entry("12"), entry("6")],
            "3: cycle_months has two values on 2019-04-02, here and on line 2; "
            "end the earlier one on the day before or remove one",
        ),
        (
            [entry("12", "valid_to: 2020-12-31"), entry("6", since="2020-06-01")],
            "3: cycle_months has two values on 2020-06-01, here and on line 2; "
            "end the earlier one on the day before or remove one",
        ),
        (
            [
                entry("6", "scheme: resident", "region: '4401'"),
                entry("12"),
                entry("9", "region: 4401", "scheme: resident"),
            ],
            "4: cycle_months (resident, region 4401) has two values on 2019-04-02, here and on line 2; "
            "end the earlier one on the day before or remove one",
        ),
        (
            [entry("12", "valid_to: 2020-12-31"), entry("6", since="2021-01-02")],
            "3: cycle_months has no value between 2020-12-31 and 2021-01-02; "
            "begin this one on 2021-01-01 or end the one on line 2 later",
        ),
        (
            [entry("12", "valid_to: 2020-12-31")],
            "2: cycle_months has no value after 2020-12-31; add one or remove this valid_to",
        ),
        (
            [entry("12", since="2020-01-01")],
            "2: cycle_months has no value from 2019-04-02 to 2020-01-01; "
            "begin all parameters of this file on the same day",
        ),
        (
            [entry("12", "scheme: employee")],
            "2: cycle_months has no value for resident, everywhere; add an entry without region for it",
        ),
        (
            [entry("12", "region: '44'")],
            "2: cycle_months has no value for employee, everywhere; add an entry without region for it",
        ),
        (
            [entry("12", "valid_to: 2019-04-01")],
            "2: valid_to 2019-04-01 lies before valid_from 2019-04-02; exchange or mend them",
        ),
    ],
)
def test_gaps_and_overlaps(tmp_path: Path, lines: list[str], said: str) -> None:
    assert clock(tmp_path, 2, *lines) == f"clock.yaml:{said}."


@pytest.mark.parametrize(
    ("lines", "cycles"),
    [
        ([entry("12", "valid_to: 2020-12-31"), entry("6", since="2021-01-01")], (12, 6)),
        ([entry("6", since="2021-01-01"), entry("12")], (12, 6)),
        ([entry("12"), entry("6", "region: '44'", "valid_to: 2020-12-31")], (6, 12)),
        ([entry("12"), entry("6", "scheme: resident", since="2021-01-01")], (12, 6)),
    ],
)
def test_values_that_follow_or_narrow_each_other_are_sound(
    tmp_path: Path, lines: list[str], cycles: tuple[int, int]
) -> None:
    (tmp_path / "clock.yaml").write_text("\n".join([LINES[0], *lines, *LINES[2:]]), encoding="utf-8")
    policy = load(tmp_path)

    rules = [policy.clock_rule(Scheme.RESIDENT, "440106", day) for day in (date(2020, 12, 31), date(2021, 1, 1))]

    assert tuple(rule.cycle_months for rule in rules) == cycles


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  - 12", "2: a mapping of keys to values is expected here; write lines of the form `key: value`"),
        ("  value: 12", "2: a list with at least one entry is expected here; begin each entry with `- `"),
        (
            "  - {values: 12}",
            "2: unknown key `values`; remove it or use one of "
            "value, unit, source, valid_from, valid_to, note, scheme, region",
        ),
        (
            "  - {value: 12, unit: months, source: x}",
            "2: the key `valid_from` is missing; add `valid_from:` to this entry",
        ),
        (entry("12", "value: 6"), "2: the key `value` stands here and on line 2; keep one of the two"),
        (entry("twelve"), f"2: a whole number is expected here; {WHOLE_REMEDY}"),
        (entry("'12'"), f"2: a whole number is expected here; {WHOLE_REMEDY}"),
        (entry("12.0"), f"2: a whole number is expected here; {WHOLE_REMEDY}"),
        (entry("0"), f"2: `0` is not a whole number of at least 1; {WHOLE_REMEDY}"),
        (entry("-12"), f"2: `-12` is not a whole number of at least 1; {WHOLE_REMEDY}"),
        (entry("014"), f"2: `014` is not a whole number of at least 1; {WHOLE_REMEDY}"),
        (entry("12").replace("months", "days"), "2: the unit `days` is unknown for cycle_months; write `months`"),
        (entry("12", "scheme: staff"), "2: unknown word `staff`; use one of employee, resident"),
        (entry("12", "region: 44x"), "2: `44x` is no region prefix; write 2, 4, 6, 9 or 12 digits"),
        (entry("12", "region: 440"), "2: `440` is no region prefix; write 2, 4, 6, 9 or 12 digits"),
        (entry("12", since="2019-02-30"), f"2: `2019-02-30` is not a day; {DAY_REMEDY}"),
        (entry("12", since="2019-4-2"), f"2: a day is expected here; {DAY_REMEDY}"),
        (entry("12", since="2019-04-02 00:00:00"), f"2: `2019-04-02 00:00:00` is not a day; {DAY_REMEDY}"),
        (entry("12", since="April"), f"2: a day is expected here; {DAY_REMEDY}"),
        (
            entry("12", "note: 2019"),
            "2: a text is expected here; write words, in quotation marks where YAML takes them for another type",
        ),
        (
            entry("13"),
            "4: pay cannot stop 13 months after a pass that holds for 13; change it or the cycle on line 2",
        ),
        (entry("1" * 5000), f"2: `{'1' * 200}…` is not a whole number of at least 1; {WHOLE_REMEDY}"),
        (entry("[" * 5000), "2: brackets are nested more than 20 deep; close them where they belong"),
        ("  &a [*a]", "2: a mapping of keys to values is expected here; write lines of the form `key: value`"),
        ("  - {value: 12", "3: this is not valid YAML; mend the line, its indent or its quotation marks"),
    ],
)
def test_keys_types_units_and_words(tmp_path: Path, line: str, said: str) -> None:
    assert clock(tmp_path, 2, line) == f"clock.yaml:{said}."


def test_an_unknown_first_base_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    words = "application_next_month, application_month, approval_month, benefit_start, none"

    said = clock(tmp_path, 6, "  - {value: birth, unit: word, source: assumption, valid_from: 2019-04-02}")

    assert said == f"clock.yaml:6: unknown word `birth`; use one of {words}."


def test_a_whole_file_may_be_empty_or_lack_a_parameter(tmp_path: Path) -> None:
    parameters = "cycle_months, stop_after_months, first_base"

    assert clock(tmp_path, 5, "first:") == f"clock.yaml:5: unknown key `first`; remove it or use one of {parameters}."
    (tmp_path / "clock.yaml").write_text("# nothing\n")
    with pytest.raises(PolicyError, match=r"clock\.yaml: the file is empty; fill it or remove it so that the shipped"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{value: 3, unit: records", "{value: 1, unit: records", "1 weak signs cannot be of 2 kinds"),
        ("{value: 0.5, unit: share", "{value: 1.5, unit: share", "the shares must enclose 1, and 1.5 and 2.0 do not"),
    ],
)
def test_thresholds_that_contradict_each_other(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(
        PolicyError, match=rf"decision\.yaml:\d+: {said}; change the values so that they go together\.$"
    ):
        policy_with(tmp_path, "decision.yaml", old, new)


@pytest.mark.parametrize("number", ["half", "-0.5", ".5", "1e-1", "0", "'0.5'"])
def test_a_share_is_a_plain_number_above_0(tmp_path: Path, number: str) -> None:
    with pytest.raises(PolicyError, match=r"decision\.yaml:\d+: .*number.*; .*\.$"):
        policy_with(tmp_path, "decision.yaml", "value: 0.5", f"value: {number}")


def test_thresholds_know_no_region(tmp_path: Path) -> None:
    with pytest.raises(
        PolicyError, match="unknown key `region`; remove it or use one of value, unit, source, valid_from"
    ):
        policy_with(tmp_path, "decision.yaml", "{value: 30, ", "{value: 30, region: '44', ")
