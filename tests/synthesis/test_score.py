"""The score's arithmetic on runs made by hand: ten people whose fate a reader can follow."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anling.synthesis import Score, score
from anling.synthesis.scoring.table import WIDTH, width

AS_OF = date(2026, 6, 30)
DIED = date(2026, 3, 10)

TRUTH = pa.schema(
    [
        ("person_no", pa.string()), ("alive", pa.bool_()), ("death_date", pa.date32()), ("custody_from", pa.date32()),
        ("custody_to", pa.date32()), ("missing_from", pa.date32()), ("double_benefit", pa.bool_()),
        ("trap", pa.string()), ("two_departments_on", pa.date32()), ("due", pa.bool_()),
    ]
)  # fmt: skip
DECISIONS = pa.schema([("person_no", pa.string()), ("scheme", pa.string()), ("list", pa.string())])
EVIDENCE = pa.schema(
    [
        ("person_no", pa.string()), ("feed", pa.string()), ("batch", pa.string()), ("sign", pa.string()),
        ("event_date", pa.date32()), ("end_date", pa.date32()), ("why_not", pa.string()),
    ]
)  # fmt: skip


class Desk:
    """A truth and a run written by hand."""

    def __init__(self, folder: Path) -> None:
        self.truth: list[dict[str, object]] = []
        self.decisions: list[dict[str, object]] = []
        self.evidence: list[dict[str, object]] = []
        self.folder = folder

    def person(self, name: str, decided: str, *, scheme: str = "resident", **truth: object) -> None:
        facts = {"double_benefit": False, "due": False, "alive": "death_date" not in truth}
        self.truth.append({"person_no": name, **facts, **truth})
        self.decisions.append({"person_no": name, "scheme": scheme, "list": decided})

    def record(self, name: str, feed: str, sign: str, day: date, *, end: date | None = None, **more: object) -> None:
        row = {"person_no": name, "feed": feed, "batch": "2026-04", "sign": sign, "event_date": day, "end_date": end}
        self.evidence.append({**row, **more})

    def score(self) -> Score:
        self.folder.mkdir(exist_ok=True)
        for name, rows, schema in (
            ("truth", self.truth, TRUTH),
            ("decisions", self.decisions, DECISIONS),
            ("evidence", self.evidence, EVIDENCE),
        ):
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), self.folder / f"{name}.parquet")
        inputs = [{"feed": "police_death", "batch": "2026-04", "delivered_at": "2026-05-05T08:00:00+08:00"}]
        (self.folder / "run.json").write_text(json.dumps({"as_of": "2026-06-30", "inputs": {"feeds": inputs}}))
        return score(self.folder / "truth.parquet", self.folder)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_living_person_on_lost_breaks_the_bar_unless_there_is_a_true_loss(desk: Desk) -> None:
    desk.person("wronged", "lost", trap="wrong_cancellation")
    desk.person("held", "lost", custody_from=date(2026, 1, 1))
    desk.person("released", "lost", custody_from=date(2025, 1, 1), custody_to=date(2026, 6, 29))
    desk.person("missing", "lost", missing_from=date(2024, 1, 1))
    desk.person("twice, resident", "lost", double_benefit=True)
    desk.person("twice, employee", "lost", scheme="employee", double_benefit=True)
    desk.person("well", "eligible")
    result = desk.score()
    assert (result.total.living_lost, result.total.living_rightly_lost) == (3, 3)
    assert result.traps["wrong_cancellation"].living_lost == 1
    assert result.traps["none"].living_lost == 2
    assert (result.schemes["resident"].living_lost, result.schemes["employee"].living_lost) == (2, 1)
    assert [bar.met for bar in result.bars] == [False, True, True]
    assert json.loads(result.as_json())["total"]["living_lost_per_million"] == pytest.approx(3e6 / 7)


def test_custody_still_counts_on_its_last_day(desk: Desk) -> None:
    desk.person("held", "lost", custody_from=date(2026, 1, 1), custody_to=AS_OF)
    assert desk.score().total.living_lost == 0


def test_a_person_with_one_wrong_row_is_counted_once(desk: Desk) -> None:
    desk.person("twice", "lost", double_benefit=True)
    desk.decisions.append({"person_no": "twice", "scheme": "employee", "list": "lost"})
    desk.decisions.append({"person_no": "twice", "scheme": "employee", "list": "lost"})
    result = desk.score()
    assert (result.total.people, result.total.living_lost) == (1, 1)
    assert result.schemes["resident"].living_lost == 0


def test_signs_before_and_after_death_are_different_errors(desk: Desk) -> None:
    desk.person("unreported", "eligible", death_date=DIED)
    desk.record("unreported", "transport_trip", "life", DIED)
    desk.person("borrowed", "eligible", death_date=DIED, trap="borrowed_card_p2")
    desk.record("borrowed", "transport_trip", "life", date(2026, 3, 11))
    desk.person("stay", "eligible", death_date=DIED, trap="borrowed_card_p2")
    desk.record("stay", "insurance_inpatient", "life", date(2026, 3, 1), end=date(2026, 3, 20))
    result = desk.score()
    assert (result.total.dead_certified_before, result.total.dead_certified_after) == (1, 2)
    assert result.traps["borrowed_card_p2"].dead_certified_after == 2
    assert result.met


def test_a_weak_ghost_that_is_certified_breaks_the_bar_and_is_named(desk: Desk) -> None:
    desk.person("ghost", "eligible", death_date=DIED, trap="ghost_weak")
    desk.record("ghost", "insurance_pharmacy", "life", date(2026, 4, 2))
    bar = desk.score().bars[1]
    assert not bar.met
    assert "ghost_weak 1" in bar.figure


def test_two_departments_records_must_put_the_dead_on_a_list(desk: Desk) -> None:
    desk.person("found", "to_verify", death_date=DIED, two_departments_on=date(2026, 5, 1))
    desk.person("missed", "no_evidence", death_date=DIED, two_departments_on=AS_OF)
    desk.person("too late", "no_evidence", death_date=DIED, two_departments_on=date(2026, 7, 1))
    result = desk.score()
    assert (result.total.two_departments, result.total.two_departments_missed) == (2, 1)
    assert [bar.met for bar in result.bars] == [True, True, False]


def test_days_run_from_death_to_delivery_of_the_first_record(desk: Desk) -> None:
    desk.person("found", "lost", death_date=DIED)
    desk.record("found", "civil_cremation", "death", DIED)
    desk.record("found", "police_death", "death", DIED)
    desk.person("revoked", "to_verify", death_date=DIED)
    desk.record("revoked", "police_death", "death", DIED, why_not="revoked")
    result = desk.score()
    assert (result.total.days_median, result.total.days_90th) == (56, 56)
    assert result.total.dead_found == 2


def test_a_death_after_the_as_of_day_of_the_run_has_not_happened(desk: Desk) -> None:
    desk.person("later", "lost", death_date=date(2026, 7, 1))
    assert (desk.score().total.dead, desk.score().total.living_lost) == (0, 1)


def test_people_without_a_decision_are_not_counted(desk: Desk) -> None:
    desk.person("decided", "eligible", due=True)
    desk.truth.append({"person_no": "ended", "alive": True, "double_benefit": False, "due": True})
    total = desk.score().total
    assert (total.people, total.certified, total.due, total.due_certified) == (1, 1, 1, 1)


def test_the_table_fits_a_hundred_columns_and_says_what_is_met(desk: Desk) -> None:
    desk.person("wronged", "lost", trap="cremation_applicant_number")
    desk.person("well", "to_verify")
    text = desk.score().as_table()
    assert max(map(width, text.splitlines())) <= WIDTH
    assert "未达标 NOT MET" in text
    assert "cremation_applicant_number" in text
    assert "5,000.0 per 10,000" in text


def test_a_truth_of_another_province_is_refused(desk: Desk) -> None:
    desk.person("known", "eligible")
    desk.decisions.append({"person_no": "stranger", "scheme": "resident", "list": "lost"})
    with pytest.raises(ValueError, match=r"1 people of .* are not in the truth"):
        desk.score()


@pytest.mark.parametrize("name", ["run.json", "decisions.parquet", "evidence.parquet", "truth.parquet"])
def test_an_absent_file_is_named(desk: Desk, name: str) -> None:
    desk.person("known", "eligible")
    desk.score()
    (desk.folder / name).unlink()
    with pytest.raises(ValueError, match=f"{name} does not exist"):
        score(desk.folder / "truth.parquet", desk.folder)
