"""Generated feed rows, mostly in scenes: groups of records that one of the rules looks at together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from anling.rules.months import Month
from tests.support.people import Resident
from tests.support.pick import Pick, chance, one, usually
from tests.support.spelling import mistype_number, write_name, write_number
from tests.support.table import CARD_OR_PHARMACY, MEANINGS, dated_by_end
from tests.support.world import Row

Code = tuple[str, str]

ALL = tuple(MEANINGS)
DEATHS = tuple(code for code, meaning in MEANINGS.items() if meaning.sign == "death" and meaning.grade == "L2")
CUSTODIES = tuple(code for code, meaning in MEANINGS.items() if meaning.sign == "custody")
DOUBLES = tuple(code for code, meaning in MEANINGS.items() if meaning.sign == "double_benefit")
LOSSES = tuple(code for code, meaning in MEANINGS.items() if meaning.grade in ("L1", "L2"))
WEAK = tuple(code for code, meaning in MEANINGS.items() if meaning.grade == "P3")
CARDS = tuple(CARD_OR_PHARMACY)
STRONG = tuple(code for code, meaning in MEANINGS.items() if meaning.grade in ("P1", "P2"))
JUDGMENTS = tuple(("court_judgment", code) for code in ("declared_dead", "declared_missing", "sentenced"))
LEAP_DAYS = (date(2020, 2, 29), date(2024, 2, 29))
STRANGERS = ("欧阳生人", "John Smith")


@dataclass(frozen=True)
class Sheet:
    """A generated row with the feed it belongs to."""

    feed: str
    row: Row


@dataclass(frozen=True)
class Cast:
    """Who the records of a scene may speak of, and how carelessly they are written."""

    who: Resident
    everyone: Sequence[Resident]
    as_of: date
    careful_percent: int
    same_number: str | None = None
    same_name: str | None = None


def scene(pick: Pick, everyone: Sequence[Resident], as_of: date, calm: bool) -> list[Sheet]:
    """Records that belong together; in a calm world nobody is lost, so that signs of life get their say."""
    careful_percent = one(pick, (100, 95, 80, 20))
    cast = Cast(one(pick, everyone[:3] if chance(pick, 60) else everyone), everyone, as_of, careful_percent)
    if chance(pick, 30):
        cast = replace(cast, same_number=usually(pick, 75, number(pick, cast), ("",)))
    if chance(pick, 15):
        cast = replace(cast, same_name=usually(pick, 50, name(pick, cast), ("",)))
    day = some_day(pick, cast)
    written = one(pick, CALM_SCENES if calm else SCENES)
    return [sheet(pick, cast, code, moment) for code, moment in written(pick, day)]


def lone(pick: Pick, day: date) -> list[tuple[Code, date]]:
    return [(one(pick, ALL), day)]


def lone_life(pick: Pick, day: date) -> list[tuple[Code, date]]:
    return [(one(pick, WEAK + STRONG), day)]


def triple(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gaps = one(pick, ((0, 45, 90), (0, 45, 91), (0, 1, 2), (0, 0, 30), (0, 90, 91), (0, 60, 120)))
    days = [day - timedelta(days=gap) for gap in gaps]
    count = one(pick, (3, 3, 4))
    codes = usually(pick, 50, WEAK, (WEAK[:2], CARDS))
    return [(one(pick, codes), one(pick, days) if nth > 2 else days[nth]) for nth in range(count)]


def hinge(pick: Pick, day: date) -> list[tuple[Code, date]]:
    """Three weak signs of which only the middle one is of another kind."""
    outer, middle = one(pick, WEAK), one(pick, WEAK)
    span = one(pick, (90, 91, 89))
    return [(outer, day), (middle, day - timedelta(days=45)), (outer, day - timedelta(days=span))]


def pair(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gap = timedelta(days=one(pick, (0, 1, 30, 31)))
    codes = one(pick, (DEATHS, CUSTODIES))
    return [(one(pick, codes), day), (one(pick, codes), day - gap)]


def contradiction(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gap = timedelta(days=one(pick, (1, 0, -1, 40, 400)))
    return [(one(pick, LOSSES), day - gap), (one(pick, STRONG), day)]


def custody(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gap = timedelta(days=one(pick, (1, 0, -1)))
    return [(("police_custody", one(pick, ("detained", "wanted"))), day - gap), (("police_custody", "released"), day)]


def judgment(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gap = timedelta(days=one(pick, (1, 0, -1)))
    return [(one(pick, JUDGMENTS), day - gap), (("court_judgment", "revoked"), day)]


def journey(pick: Pick, day: date) -> list[tuple[Code, date]]:
    exit_day = usually(pick, 80, day - timedelta(days=one(pick, (400, 366, 365, 0))), LEAP_DAYS)
    entry = exit_day + timedelta(days=one(pick, (367, 366, 365, 364, 1, 0, -1)))
    codes: list[tuple[Code, date]] = [(("police_border", "exit"), exit_day), (("police_border", "entry"), entry)]
    return codes[: one(pick, (1, 2))]


def doubles(pick: Pick, day: date) -> list[tuple[Code, date]]:
    gap = timedelta(days=one(pick, (0, 30, 31)))
    both: list[tuple[Code, date]] = [(one(pick, DOUBLES), day), (("ministry_answer", "double_benefit"), day - gap)]
    return both + ([(one(pick, STRONG + LOSSES), day)] if chance(pick, 50) else [])


def leads_and_life(pick: Pick, day: date) -> list[tuple[Code, date]]:
    return [(one(pick, LOSSES), day), (one(pick, LOSSES), day), (one(pick, WEAK), day), (one(pick, ALL), day)]


def proof(pick: Pick, day: date) -> list[tuple[Code, date]]:
    return [(one(pick, STRONG), day), (one(pick, WEAK), day)]


SCENES = (lone, proof, triple, triple, pair, contradiction, custody, judgment, journey, doubles, leads_and_life)

CALM_SCENES = (proof, triple, triple, hinge, hinge, journey, lone_life)


def some_day(pick: Pick, cast: Cast) -> date:
    """A day near one of the edges: the as-of date, the two edges of the window, birth, a leap day, or any."""
    month = Month.of_date(cast.as_of)
    anchors = [
        *(cast.as_of, cast.as_of - timedelta(days=20), (month - 12).first_day, (month - 13).last_day),
        *(cast.who.birth, LEAP_DAYS[0]),
        *(edge for base in cast.who.months for edge in (base.last_day, (base + 1).first_day)),
    ]
    recently = cast.as_of - timedelta(days=pick.integer(0, 330))
    return usually(pick, 50, recently, anchors) + timedelta(days=usually(pick, 70, 0, (-1, 1, -30, 31)))


def sheet(pick: Pick, cast: Cast, code: Code, day: date) -> Sheet:
    feed, what = code
    who = cast.who
    start, end = term(pick, cast, feed, day)
    return Sheet(
        feed,
        {
            "id_number": number(pick, cast) if cast.same_number is None else cast.same_number,
            "name": name(pick, cast) if cast.same_name is None else cast.same_name,
            "event_date": start,
            "end_date": end,
            "code": what,
            "birth_date": usually(pick, 80, who.birth, (None, who.birth + timedelta(days=1))),
            "sex": one(pick, (who.sex, who.sex, "9", None, "1", "2")),
            "region": "440106",
        },
    )


def name(pick: Pick, cast: Cast) -> str:
    names = (*STRANGERS, *(other.name for other in cast.everyone))
    return write_name(pick, cast.who.name, names, cast.careful_percent)


def number(pick: Pick, cast: Cast) -> str:
    if not chance(pick, 100 - cast.careful_percent):
        return write_number(pick, cast.who.number, 80)
    if chance(pick, 30):
        return one(pick, cast.everyone).number
    return mistype_number(pick, cast.who.number)


def term(pick: Pick, cast: Cast, feed: str, day: date) -> tuple[date, date | None]:
    """Event date and end date; hospital stays count at their end, few rows end before they start."""
    if dated_by_end(feed):
        return day - timedelta(days=usually(pick, 95, 5, (0, -1))), day
    if feed not in ("police_custody", "justice_prison", "court_judgment", "ministry_answer"):
        return day, usually(pick, 90, None, (day, day + timedelta(days=3)))
    as_of = cast.as_of
    ends = (as_of, as_of - timedelta(days=1), as_of + timedelta(days=1), day, day + timedelta(days=200))
    return day, usually(pick, 50, None, ends)
