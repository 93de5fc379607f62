"""The catalogue says of every code what the feed table of the contracts says, and knows when intake must run again."""

from datetime import date
from pathlib import Path

import pytest

from anling.policy import Catalogue, load
from tests.policy.shipped import policy_with, text

DAY = date(2024, 6, 1)

# The feed table of the contracts: feed (department): code → sign and grade, further marks.
CONTRACT = """
police_death police: death death L2
police_household police: moved none none
police_household police: army none none
police_household police: duplicate none none
police_household police: emigrated hint L3
police_household police: other none none
police_border police: entry life P2
police_border police: exit none none
police_idcard police: issued life P2
police_idcard police: used life P3
police_custody police: detained custody L2
police_custody police: wanted custody L2
police_custody police: released release none
justice_prison justice: term custody L1
justice_correction justice: report life P2 no_raise
court_judgment court: declared_dead death L1
court_judgment court: declared_missing missing L1
court_judgment court: sentenced custody L2
court_judgment court: revoked revocation none
civil_cremation civil_affairs: cremated death L2
civil_marriage civil_affairs: registered life P1
civil_elderly civil_affairs: checked life P3
civil_elderly civil_affairs: listed none none
health_death health: certificate death L2
health_visit health: in_person life P2
health_visit health: phone none none
insurance_inpatient medical_insurance: discharged life P2 end_date
insurance_inpatient medical_insurance: died death L2 end_date
insurance_outpatient medical_insurance: face life P2
insurance_outpatient medical_insurance: code life P2
insurance_outpatient medical_insurance: card life P3
insurance_pharmacy medical_insurance: purchase life P3
transport_trip transport: boarded life P2
transport_trip transport: ticket life P3
gov_login government_services: face life P1
gov_login government_services: password life P3
pension_duplicate social_insurance: employee double_benefit L2
pension_duplicate social_insurance: resident double_benefit L2
ministry_answer ministry: death death L2
ministry_answer ministry: custody custody L2
ministry_answer ministry: double_benefit double_benefit L2
"""

REQUIRED = (
    *("police_death", "police_border", "justice_prison", "civil_cremation"),
    *("health_death", "insurance_inpatient", "insurance_outpatient"),
)


def catalogue() -> Catalogue:
    return load().catalogue(DAY)


def described(found: Catalogue) -> list[str]:
    return [
        " ".join(
            [
                f"{feed.code} {feed.department}: {code} {meaning.sign} {meaning.grade}",
                *(["no_raise"] if meaning.no_raise else []),
                *([meaning.dated_by] if meaning.dated_by != "event_date" else []),
            ]
        )
        for feed in found.feeds.values()
        for code, meaning in feed.codes.items()
    ]


def test_every_feed_and_code_is_worth_what_the_contract_says() -> None:
    assert described(catalogue()) == CONTRACT.strip().splitlines()


def test_the_required_feeds_are_a_stated_set() -> None:
    assert tuple(feed.code for feed in catalogue().required) == REQUIRED


def test_about_ten_rows_per_person_and_year_are_expected() -> None:
    rows = sum(feed.expected_per_1000_month or 0 for feed in catalogue().feeds.values())

    assert rows * 12 / 1000 == pytest.approx(9.3, abs=0.5)


def test_pharmacy_and_plain_card_are_one_kind_and_all_others_their_own() -> None:
    found = catalogue()
    kinds = {
        f"{feed.code}.{code}": meaning.kind for feed in found.feeds.values() for code, meaning in feed.codes.items()
    }
    shared = {name for name, kind in kinds.items() if list(kinds.values()).count(kind) > 1}

    assert shared == {"insurance_pharmacy.purchase", "insurance_outpatient.card"}
    assert sorted(found.kind_number(kind) for kind in set(kinds.values())) == list(
        range(1, len(set(kinds.values())) + 1)
    )
    with pytest.raises(KeyError):
        found.kind_number("no_such.kind")


def test_every_number_and_grade_names_where_it_comes_from() -> None:
    for feed in catalogue().feeds.values():
        assert feed.source
        assert feed.label_zh
        assert feed.label_en
        assert set(feed.sources.values()) == {"assumption"}
        for meaning in feed.codes.values():
            assert meaning.source
            assert all((meaning.proves_zh, meaning.proves_en, meaning.faked_by_zh, meaning.faked_by_en))


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("feeds.yaml", 'en: "Police: death cancellation"', "en: Renamed", set()),
        ("feeds.yaml", "required: {value: true", "required: {value: false", set()),
        ("feeds.yaml", "usual_delay: {value: 30", "usual_delay: {value: 31", set()),
        ("feeds.yaml", "expected: {value: 4.0", "expected: {value: unknown", set()),
        ("feeds.yaml", "department: police", "department: interior", set()),
        ("feeds.yaml", "en: The family or the village", "en: A family or the village", set()),
        ("feeds.yaml", "grade: L2", "grade: L1", {"police_death"}),
        ("feeds.yaml", "grade: P1", "grade: P2", {"civil_marriage"}),
        ("feeds.yaml", "        dated_by: end_date\n", "", {"insurance_inpatient"}),
        ("feeds.yaml", "        no_raise: true\n", "", {"justice_correction"}),
        ("feeds.yaml", "      - code: term\n", "      - code: sentence\n", {"justice_prison"}),
        ("headers.yaml", "labels: [记录号, ", "labels: [记录号, 编号, ", "all"),
        ("headers.yaml", "labels: [待遇编号, ", "labels: [待遇编号, 编号, ", set()),
        ("codes.yaml", '      男: "1"\n', "", "all"),
        ("codes.yaml", "      职工: employee\n", "", set()),
        ("clock.yaml", "value: 12", "value: 6", set()),
    ],
)
def test_a_fingerprint_changes_exactly_where_intake_would_read_a_file_otherwise(
    tmp_path: Path, name: str, old: str, new: str, changed: set[str] | str
) -> None:
    before = {code: feed.fingerprint for code, feed in catalogue().feeds.items()}
    after = {
        code: feed.fingerprint for code, feed in policy_with(tmp_path, name, old, new).catalogue(DAY).feeds.items()
    }

    differing = {code for code, fingerprint in after.items() if fingerprint != before[code]}

    assert differing == (set(before) if changed == "all" else changed)


def test_a_new_feed_at_the_end_leaves_the_kinds_and_fingerprints_of_the_others(tmp_path: Path) -> None:
    new = """  - feed: bank_visit
    department: banks
    label: {zh: 银行柜面, en: Bank counter}
    source: assumption
    valid_from: 2024-01-01
    required: {value: false, unit: yes or no, source: assumption}
    usual_delay: {value: 3, unit: days, source: assumption}
    expected: {value: unknown, unit: rows per 1000 recipients and month, source: assumption}
    codes:
      - {code: seen, sign: life, grade: P2, label: {zh: 到柜, en: Seen},
         proves: {zh: 工作人员见到本人。, en: A clerk saw the person.},
         faked_by: {zh: 冒名。, en: An impostor.}, source: assumption}
"""
    (tmp_path / "feeds.yaml").write_text(text("feeds.yaml") + new, encoding="utf-8")
    policy = load(tmp_path)

    before, after = catalogue(), policy.catalogue(DAY)

    assert after.feeds["bank_visit"].expected_per_1000_month is None
    assert "bank_visit" not in policy.catalogue(date(2023, 12, 31)).feeds
    assert all(after.feeds[code].fingerprint == feed.fingerprint for code, feed in before.feeds.items())
    assert after.kinds[:-1] == before.kinds
