"""Generated people: roster rows full of edge cases, and what the feeds need to know to speak of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from anling.rules.months import Month
from anling.rules.numbers import check_character
from tests.support.pick import Pick, chance, one, usually
from tests.support.spelling import write_name_variant, write_number
from tests.support.world import Row

SURNAMES = "王李林何高梁徐宋唐曹彭曾田董程沈姜江汪石方白孟康文易武雷史尹姚廖熊金郝孔毛邱秦侯邵段"
GIVEN = ("国华", "丽东", "小龙", "明")
REGIONS = ("440106", "441900", "445302001", "440304001007")
LEAP_BIRTHS = (date(1912, 2, 29), date(1960, 2, 29))


@dataclass(frozen=True)
class Resident:
    """A generated person: the true number and name, birth, and the months that matter to the window."""

    number: str
    name: str
    birth: date
    sex: str
    months: tuple[Month, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Place:
    """One world among many: its own surname, area code and numbers, so that merged worlds stay strangers."""

    index: int
    as_of: date

    @property
    def surname(self) -> str:
        return SURNAMES[self.index % len(SURNAMES)] * (1 + self.index // len(SURNAMES))

    @property
    def area(self) -> str:
        return f"44{self.index:04d}"


def residents(pick: Pick, place: Place, count: int) -> list[Resident]:
    found: list[Resident] = []
    for serial in range(count):
        found.append(resident(pick, place, serial, found))
    return found


def resident(pick: Pick, place: Place, serial: int, earlier: Sequence[Resident]) -> Resident:
    birth, name = birth_of(pick, place.as_of), name_of(pick, place)
    number, id_type = number_of(pick, place, serial, birth)
    if earlier and chance(pick, 20):
        number, id_type, name, birth = relative(pick, one(pick, earlier), number, name, birth)
    sex = one(pick, ("1", "2"))
    rows = benefits(pick, place, serial, (number, id_type, name, birth, sex))
    months = tuple(Month.parse(str(row[column])) for row in rows for column in MONTH_COLUMNS if row[column])
    return Resident(number, name, birth, sex, months, rows)


def relative(pick: Pick, other: Resident, number: str, name: str, birth: date) -> tuple[str, str, str, date]:
    """Someone easily taken for an earlier person: same number, a number two characters away, same name and birth."""
    id_type = str(other.rows[0]["id_type"])
    how = pick.integer(0, 4)
    if how == 0:
        return other.number, id_type, other.name, other.birth
    if how == 1:
        return other.number, id_type, name, birth
    if how == 2:
        return other.number, id_type, write_name_variant(pick, other.name), other.birth
    if how == 3 and len(other.number) == 18 and other.number[:17].isdigit():
        return neighbour(other.number), "01", other.name, other.birth
    return number, "01" if len(number) == 18 else "99", other.name, other.birth


def neighbour(number: str) -> str:
    """The next order number: two characters away, so that one slip can be near to both."""
    first17 = f"{number[:16]}{(int(number[16]) + 1) % 10}"
    return first17 + check_character(first17)


def birth_of(pick: Pick, as_of: date) -> date:
    oldest = Month.of_date(as_of) - 110 * 12
    edge = date(oldest.year, oldest.month, min(as_of.day, oldest.last_day.day))
    edges = (edge, edge - timedelta(days=1), edge + timedelta(days=1))
    return usually(pick, 70, date(1950, 3, 15), (date(1948, 1, 1), *LEAP_BIRTHS, *edges))


def name_of(pick: Pick, place: Place) -> str:
    plain = place.surname + one(pick, GIVEN)
    return usually(pick, 80, plain, (f"买买提·{place.surname}江", f"{place.surname} Anna Maria", plain + "\u3400"))


def number_of(pick: Pick, place: Place, serial: int, birth: date) -> tuple[str, str]:
    """A canonical number and its document type; one in five is not a plain resident number."""
    order = f"{(place.index * 20 + serial) % 1000:03d}"
    resident_id = checked(place.area, birth, order) if chance(pick, 80) else ending_in_x(place.area, birth)
    others: tuple[Callable[[], tuple[str, str]], ...] = (
        lambda: (resident_id[:17] + ("0" if resident_id[17] != "0" else "1"), "01"),
        lambda: (f"E{place.index:03d}{serial:05d}", "08"),
        lambda: (f"CHN{place.index:06d}{serial:06d}", "07"),
        lambda: (checked(f"9{place.area[1:]}", birth, order), "07"),
        lambda: (checked(f"8{1 + pick.integer(0, 2)}0000", birth, order), "17"),
        lambda: (resident_id[:17] + ("0" if resident_id[17] != "0" else "1"), "99"),
        lambda: (resident_id, "99"),
    )
    return one(pick, others)() if chance(pick, 20) else (resident_id, "01")


def checked(area: str, birth: date, order: str) -> str:
    first17 = f"{area}{birth:%Y%m%d}{order}"
    return first17 + check_character(first17)


def ending_in_x(area: str, birth: date) -> str:
    return next(number for n in range(1000) if (number := checked(area, birth, f"{n:03d}")).endswith("X"))


MONTH_COLUMNS = ("application_month", "approval_month", "benefit_start", "last_pass_month")
Identity = tuple[str, str, str, date, str]


def benefits(pick: Pick, place: Place, serial: int, who: Identity) -> tuple[Row, ...]:
    count = usually(pick, 70, 1, (2, 3))
    return tuple(benefit(pick, place, f"{place.index:03d}-{serial:02d}", nth, who) for nth in range(count))


def benefit(pick: Pick, place: Place, person_no: str, nth: int, who: Identity) -> Row:
    number, id_type, name, birth, sex = who
    if nth and chance(pick, 10):  # a clerk renewed the number in one row only
        number, id_type = (neighbour(number), "01") if id_type == "01" else (f"{number[:-1]}A", "99")
    return {
        "benefit_no": f"B{person_no}-{(nth * 2 + 1) % 3}",
        "person_no": f"P{person_no}",
        "id_type": id_type,
        "id_number": write_number(pick, number, 85),
        "name": write_name_variant(pick, name) if chance(pick, 10) else name,
        "sex": usually(pick, 80, sex, ("9", "1", "2")),
        "birth_date": usually(pick, 50, None, (birth, birth, birth + timedelta(days=1))),
        "scheme": one(pick, ("resident", "employee")),
        "region": one(pick, REGIONS),
        **months_of(pick, place.as_of),
        "pay_status": usually(pick, 85, "paying", ("suspended", "ended")),
    }


def months_of(pick: Pick, as_of: date) -> Row:
    """The months of a benefit; one in four people is new and was never certified."""
    newcomer = chance(pick, 25)
    back = (None, 3, 4, 5) if newcomer else (None, 13, 12, 14, 13, 30, usually(pick, 60, 13, (11, 6, 1, 0, -1)))
    months = {column: month_text(as_of, one(pick, back)) for column in MONTH_COLUMNS}
    return months | {"last_pass_month": None} if newcomer else months


def month_text(as_of: date, back: int | None) -> str | None:
    return None if back is None else str(Month.of_date(as_of) - back)
