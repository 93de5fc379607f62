"""A scratch policy: each value exchanged alone, read by the loader of the policy in force, and nothing else changed."""

from datetime import date, timedelta

import pytest

from anling.policy import PolicyError, load
from anling.policy.scratch import NO, SWITCH, Setting, settings, write

ON = date(2026, 6, 30)
CITY = "4401"
FORCE = load()
SETTINGS = settings(FORCE, CITY, ON)


def _another(setting: Setting) -> str:
    """A value that differs and may be; of numbers the next, so that cycle and stop, and shares, still go together."""
    if setting.choices:
        return next(choice for choice in setting.choices if choice != setting.value)
    down = setting.name in ("cycle_months", "p3_kinds")
    return "0.4" if setting.name == "shrunk_under" else str(int(float(setting.value)) + (-1 if down else 1))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_value_is_exchanged_and_no_other(setting: Setting) -> None:
    value = _another(setting)
    tried = write({setting.key: value}, CITY, ON).policy()
    after = {each.key: each.value for each in settings(tried, CITY, ON)}
    wanted = {each.key: each.value for each in SETTINGS} | {setting.key: value}
    if setting.name == SWITCH:
        wanted = {key: kept for key, kept in wanted.items() if not key.startswith(f"feeds.{setting.part}.")}
    assert {key: float(kept) if kept.replace(".", "").isdigit() else kept for key, kept in after.items()} == {
        key: float(kept) if kept.replace(".", "").isdigit() else kept for key, kept in wanted.items()
    }
    assert tried.version != FORCE.version


def test_the_clock_changes_in_the_region_alone_and_numbers_from_the_day_on_alone() -> None:
    changes = {"clock.employee.cycle_months": "6", "decision.decision.window_months": "6"}
    tried = write(changes, CITY, ON).policy()
    elsewhere = {each.key: each.value for each in settings(tried, "4403", ON)}
    assert elsewhere["clock.employee.cycle_months"] == "12"
    before = {each.key: each.value for each in settings(tried, CITY, ON - timedelta(days=1))}
    assert {before[key] for key in changes} == {"12"}


def test_a_feed_that_is_switched_off_is_known_until_the_day_before() -> None:
    tried = write({"feeds.gov_login.in_use": NO}, CITY, ON).policy()
    assert "gov_login" not in tried.catalogue(ON).feeds
    assert "gov_login" in tried.catalogue(ON - timedelta(days=1)).feeds


def test_trust_is_exchanged_for_earlier_deliveries_too() -> None:
    tried = write({"feeds.gov_login.code.face": "P3"}, CITY, ON).policy()
    assert tried.catalogue(date(2020, 1, 1)).feeds["gov_login"].codes["face"].grade.value == "P3"


@pytest.mark.parametrize("typed", ["", "six", "6, region: '44'", "6}\n- x", "-1", "１２", "true", "6 # or 7", "null"])
def test_what_is_no_value_is_refused_at_its_own_setting(typed: str) -> None:
    key = "clock.resident.cycle_months"
    tried = write({"clock.employee.cycle_months": "6", key: typed, "feeds.gov_login.code.face": "P2"}, CITY, ON)
    with pytest.raises(PolicyError, match="whole number") as caught:
        tried.policy()
    assert tried.key_of(caught.value) == key


@pytest.mark.parametrize(
    "key", ["", "clock", "clock.employee.x", "clock.nobody.cycle_months", "headers.a.b", "feeds.x.y"]
)
def test_what_is_no_setting_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no setting"):
        write({key: "1"}, CITY, ON)
