"""How a record is tied to a person, by looking at every pair of them (contracts.md, below the result of a run)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anling.rules.names import PersonName, agreement
from anling.rules.numbers import IdNumber, IdType, read_untyped
from tests.support.table import DEPARTMENTS, LOSS_SIGNS, MEANINGS, dated_by_end, kind
from tests.support.world import Batch, Row, World


@dataclass(frozen=True)
class Paper:
    """A feed row that intake let in: its number and name read, its code looked up, ``day`` the date that counts."""

    feed: str
    batch: str
    row_id: str
    code: str
    sign: str
    grade: str
    kind: str
    department: str
    no_raise: bool
    day: date
    end: date | None
    number: str
    number_status: str
    name: PersonName
    birth: date | None
    sex: int | None

    @property
    def place(self) -> tuple[str, str, str]:
        return self.feed, self.batch, self.row_id

    @property
    def is_loss(self) -> bool:
        return self.sign in LOSS_SIGNS


@dataclass(frozen=True, eq=False)
class Human:
    """A compared person: one ``person_no`` under one number, described by the first of the compared rows."""

    person_no: str
    number: str
    number_status: str
    name: PersonName
    birth: date | None
    sex: int | None
    rows: tuple[Row, ...]

    @property
    def tieable(self) -> bool:
        return self.number_status in ("valid", "unchecked")


def day_of(value: object) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None


def sex_of(value: object) -> int | None:
    return int(str(value)) if value and str(value) in ("1", "2") else None


def papers(world: World) -> list[Paper]:
    """Every row received by the as-of date and not quarantined."""
    seen = [batch for batch in world.batches if batch.delivered_on <= world.as_of]
    read = [read_paper(batch, row) for batch in seen for row in batch.rows]
    return [paper for paper in read if paper]


def read_paper(batch: Batch, row: Row) -> Paper | None:
    event, end = day_of(row["event_date"]), day_of(row.get("end_date"))
    day = end if dated_by_end(batch.feed) else event
    if event is None or day is None or day > batch.delivered_on or (end is not None and end < event):
        return None
    meaning = MEANINGS[batch.feed, row["code"]]
    number = read_untyped(row.get("id_number") or "")
    return Paper(
        feed=batch.feed,
        batch=batch.name,
        row_id=row["row_id"],
        code=row["code"],
        sign=meaning.sign,
        grade=meaning.grade,
        kind=kind(batch.feed, row["code"]),
        department=DEPARTMENTS[batch.feed],
        no_raise=meaning.no_raise,
        day=day,
        end=end,
        number=number.text,
        number_status=str(number.status),
        name=PersonName.read(row.get("name") or ""),
        birth=day_of(row.get("birth_date")),
        sex=sex_of(row.get("sex")),
    )


def number_of(row: Row) -> IdNumber:
    return IdNumber.read(row["id_number"], IdType(row.get("id_type") or "01"))


def humans(world: World) -> list[Human]:
    """Every compared person: rows still in pay or suspended, grouped by person number and canonical number."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(world.roster, key=lambda row: row["benefit_no"]):
        if row["pay_status"] != "ended":
            groups.setdefault((row["person_no"], number_of(row).text), []).append(row)
    return [read_human(rows) for rows in groups.values()]


def read_human(rows: Sequence[Row]) -> Human:
    first = rows[0]
    number = number_of(first)
    return Human(
        person_no=first["person_no"],
        number=number.text,
        number_status=str(number.status),
        name=PersonName.read(first["name"]),
        birth=day_of(first.get("birth_date")) or number.birth_date,
        sex=sex_of(first.get("sex")),
        rows=tuple(rows),
    )


def ties(people: Sequence[Human], paper: Paper) -> list[tuple[Human, str]]:
    """The people a record speaks of, with how it is tied to each. The first way that finds anyone is the only one."""
    tieable = [human for human in people if human.tieable]
    return by_number(tieable, paper) or by_near_number(tieable, paper) or by_birth(tieable, paper)


def by_number(people: Sequence[Human], paper: Paper) -> list[tuple[Human, str]]:
    found = [human for human in people if paper.number and human.number == paper.number]
    return [(human, by_name(human, paper)) for human in found]


def by_name(human: Human, paper: Paper) -> str:
    return {"same": "exact", "variant": "variant_name", "different": "other_name"}[
        str(agreement(human.name, paper.name))
    ]


def same_key(human: Human, paper: Paper) -> bool:
    return paper.name.key != "" and human.name.key == paper.name.key


def by_near_number(people: Sequence[Human], paper: Paper) -> list[tuple[Human, str]]:
    if not paper.is_loss or paper.number_status != "invalid" or len(paper.number) != 18:
        return []
    fitting = [human for human in people if human.number_status == "valid" and same_key(human, paper)]
    return [(human, "near_id") for human in fitting if one_slip_away(human.number, paper.number)]


def one_slip_away(true: str, written: str) -> bool:
    """One wrong character, or two neighbours exchanged."""
    substituted = any(true[:i] + written[i] + true[i + 1 :] == written for i in range(18))
    swapped = any(true[:i] + true[i + 1] + true[i] + true[i + 2 :] == written for i in range(17))
    return substituted or swapped


def by_birth(people: Sequence[Human], paper: Paper) -> list[tuple[Human, str]]:
    if not paper.is_loss or paper.number_status not in ("empty", "invalid") or paper.birth is None:
        return []
    fitting = [human for human in people if same_key(human, paper) and same_birth_and_sex(human, paper)]
    return [(human, "no_id") for human in fitting] if len(fitting) == 1 else []


def same_birth_and_sex(human: Human, paper: Paper) -> bool:
    sexes = {human.sex, paper.sex} - {None}
    return human.birth == paper.birth and len(sexes) < 2
