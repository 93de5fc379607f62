"""Headers and raw values at the border: spellings, national codes, labels, and tables per source of data."""

import pickle
from datetime import date
from pathlib import Path

import pytest

from anling.policy import FEED_COLUMNS, ROSTER_COLUMNS, PolicyError, load
from tests.policy.shipped import policy_with

DAY = date(2024, 6, 1)

# The roster table of the contracts and section 4 of the domain: national code → our column.
NATIONAL = {
    "AAC001": "person_no",
    "AAC058": "id_type",
    "AAC002": "id_number",
    "AAC147": "id_number",
    "AAC003": "name",
    "AAC004": "sex",
    "AAC006": "birth_date",
    "AAE140": "scheme",
    "AAB301": "region",
    "AAB034": "agency",
    "AAB001": "unit",
    "AIC160": "benefit_start",
    "AAC096": "last_pass_month",
    "AAE116": "pay_status",
    "AAE160": "suspend_reason",
    "AAE005": "phone",
    "AAE006": "address",
}


def test_national_codes_stand_for_the_columns_of_the_contract() -> None:
    assert {code: load().headers(DAY).roster[code] for code in NATIONAL} == NATIONAL


def test_our_own_names_are_always_understood() -> None:
    headers = load().headers(DAY)

    assert [headers.roster[column] for column in ROSTER_COLUMNS] == list(ROSTER_COLUMNS)
    assert [headers.feed[column] for column in FEED_COLUMNS] == list(FEED_COLUMNS)


@pytest.mark.parametrize(
    "spelling", ["身份证号码", "身份证 号码", "aac002", " AAC002\t", "ＡＡＣ００２", "\ufeffID_Number"]
)
def test_a_header_is_known_in_any_case_width_and_with_blanks(spelling: str) -> None:
    assert load().headers(DAY).roster[spelling] == "id_number"
    assert load().headers(DAY).feed[spelling] == "id_number"


def test_an_unknown_header_is_not_guessed() -> None:
    assert load().headers(DAY).roster.get("备注") is None


@pytest.mark.parametrize(
    ("column", "raw", "ours"),
    [
        ("scheme", "110", "employee"),
        ("scheme", "170", "resident"),
        ("scheme", "城乡居民", "resident"),
        ("pay_status", "1", "paying"),
        ("pay_status", "2", "suspended"),
        ("pay_status", "３", "ended"),
        ("sex", "男", "1"),
        ("sex", " 女", "2"),
        ("sex", "9", "9"),
        ("suspend_reason", "1201", "no_proof_of_life"),
        ("suspend_reason", "1202", "sentenced"),
        ("suspend_reason", "1401", "death"),
        ("suspend_reason", "1407", "joined_employee_scheme"),
        ("id_type", "1", "01"),
        ("id_type", "居民身份证", "01"),
        ("id_type", "港澳台居民居住证", "17"),
    ],
)
def test_raw_values_become_our_words(column: str, raw: str, ours: str) -> None:
    assert load().values(DAY)[column][raw] == ours


def test_an_unknown_value_is_not_guessed() -> None:
    assert load().values(DAY)["pay_status"].get("4") is None


OTHER_PROVINCE = """  - column: pay_status
    data_source: hunan
    source: assumption
    valid_from: 2019-04-02
    values: {0: ended, 1: suspended, 2: paying}
"""


def test_a_source_of_data_with_its_own_table_replaces_the_default_as_a_whole(tmp_path: Path) -> None:
    policy = policy_with(tmp_path, "codes.yaml", "columns:\n", "columns:\n" + OTHER_PROVINCE)
    theirs, ours = policy.values(DAY, source="hunan"), policy.values(DAY)

    assert dict(theirs["pay_status"]) == {"0": "ended", "1": "suspended", "2": "paying"}
    assert ours["pay_status"]["1"] == "paying"
    assert theirs["scheme"] == ours["scheme"]
    assert policy.roster_fingerprint(DAY, "hunan") != policy.roster_fingerprint(DAY)
    assert policy.roster_fingerprint(DAY) == load().roster_fingerprint(DAY)


def test_a_source_of_data_that_no_table_names_is_refused() -> None:
    with pytest.raises(PolicyError) as error:
        load().values(DAY, source="hunan")

    said = "codes.yaml: no table names the data source `hunan`; add one or use one of default."
    assert str(error.value) == said


def test_the_province_has_21_cities_with_two_names() -> None:
    cities = load().cities

    assert len(cities) == 21
    assert (cities["4401"], cities["4453"]) == (("广州市", "Guangzhou"), ("云浮市", "Yunfu"))
    assert {code[:2] for code in cities} == {"44"}


def test_a_policy_travels_to_another_process_unchanged() -> None:
    policy = load()

    assert pickle.loads(pickle.dumps(policy)) == policy
