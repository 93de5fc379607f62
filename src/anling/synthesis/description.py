"""synth.json: the seed, every rate with its source, what was planted and what was left out."""

from typing import Any

from anling.synthesis import activity, chunk, loss, numbers, people, roster, writing
from anling.synthesis.calendar import Calendar
from anling.synthesis.departments import FEEDS
from anling.synthesis.mortality import MEN, WOMEN
from anling.synthesis.summary import Summary
from anling.synthesis.traps import EXCLUDED, TRAPS

ASSUMED = "assumption"
APPROXIMATION = "approximation of the census and life table of 2020, from memory"


def describe(seed: int, when: Calendar, summary: Summary) -> dict[str, Any]:
    """The description of a province, ready for JSON."""
    return {
        "seed": seed,
        "as_of": when.as_of.isoformat(),
        "people": summary.people,
        "benefits": summary.benefits,
        "deaths": summary.deaths,
        "feed_rows": summary.feed_rows,
        "rates": _rates(),
        "feeds": {
            department.feed: {
                "per_1000_recipients_and_month": department.per_1000_month,
                "delay_days": department.delay_days,
                "cities_without": list(department.without),
                "source": ASSUMED,
            }
            for department in FEEDS
        },
        "traps": {
            trap.name: {
                "people": summary.traps[trap.name],
                "share": trap.share,
                "of": trap.group,
                "about": trap.about,
                "source": trap.source,
            }
            for trap in TRAPS
        },
        "excluded": [
            {"what": what, "why": why, "people_per_million": per_million} for what, why, per_million in EXCLUDED
        ],
    }


def _rates() -> dict[str, dict[str, Any]]:
    rates: dict[str, tuple[Any, str]] = {
        "mortality_men_at_60_and_80": ([MEN.at_60, MEN.at_80], APPROXIMATION),
        "mortality_women_at_60_and_80": ([WOMEN.at_60, WOMEN.at_80], APPROXIMATION),
        "residents_share": (people.RESIDENT_SHARE, ASSUMED),
        "issued_in_guangdong_employees_residents": (list(people.LOCAL_BORN), ASSUMED),
        "id_types": (dict(zip(numbers.ID_TYPES, numbers.ID_TYPE_SHARES.tolist(), strict=True)), ASSUMED),
        "deaths_reported": ({**chunk.REPORTED, "ministry_answer": chunk.MINISTRY_SHARE}, ASSUMED),
        "deaths_at_home_employees_residents": (list(chunk.HOME_SHARE), ASSUMED),
        "invisible": (activity.INVISIBLE, ASSUMED),
        "prison": (loss.PRISON, ASSUMED),
        "detained": (loss.DETAINED, ASSUMED),
        "community_correction": (loss.CORRECTION, ASSUMED),
        "double_benefit": (loss.DOUBLE, ASSUMED),
        "declared_missing": (loss.MISSING_PEOPLE, ASSUMED),
        "last_pass_months_ago": (roster.PASS_AGE.tolist(), ASSUMED),
        "never_certified": (roster.NEVER_CERTIFIED, ASSUMED),
        "number_forms_slips_missing": (
            [writing.NUMBER_FORMS, writing.NUMBER_SLIPS, writing.NUMBER_MISSING],
            ASSUMED,
        ),
        "name_forms_scripts_others": ([writing.NAME_FORMS, writing.NAME_SCRIPTS, writing.NAME_OTHERS], ASSUMED),
    }
    return {name: {"value": value, "source": source} for name, (value, source) in rates.items()}
