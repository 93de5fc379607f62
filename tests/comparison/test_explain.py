"""`explain` for the cases a clerk asks about: ended benefits, two humans under one number, faults, other policies."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anling.comparison.explain import RunFolder, explain, open_run, tell
from anling.feeds.intake import InputError
from anling.policy import Policy, load
from anling.rules.evidence import ListName
from tests.comparison.conftest import compared
from tests.support.pensioner import AS_OF, BOARDED, CARD, DIED, PHARMACY, WANG, Note, note, number, pensioner
from tests.support.world import Batch, World

OTHER = number(order="003")
ROSTER = (
    pensioner(),
    pensioner(benefit_no="B2", person_no="P2", id_number=OTHER, pay_status="ended"),
    pensioner(benefit_no="B3", person_no="P3", id_number=number(order="005"), name="李大山"),
    pensioner(benefit_no="B4", person_no="P3", id_number=number(order="007"), name="李大川", last_pass_month=None),
    pensioner(
        benefit_no="B5",
        person_no="P5",
        id_number=number(order="009"),
        name="赵海",
        benefit_start=None,
        last_pass_month=None,
    ),
)
PHONED = note("health_visit/phone", "2024-03-03")
NOTES = (BOARDED, PHARMACY, CARD, PHONED, note("transport_trip/boarded", "2022-01-01"))


def world(*notes: Note) -> World:
    batches = [
        Batch(one.feed, f"b{nth}", one.delivered_at, ({"row_id": str(nth), **one.row},))
        for nth, one in enumerate(notes)
    ]
    return World(AS_OF, ROSTER, tuple(batches))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compared(world(*NOTES), tmp_path_factory.mktemp("clerk"), load())


@pytest.fixture(scope="module")
def run(folder: Path, policy: Policy) -> RunFolder:
    return open_run(folder, policy)


def told(run: RunFolder, person_no: str) -> str:
    return "\n".join(f"{line.zh}\n{line.en}" for line in tell(explain(run, person_no)))


def test_an_eligible_person_hears_record_clock_and_what_was_set_aside(run: RunFolder) -> None:
    lines = told(run, "P1")
    assert "具备领取资格：2023年11月2日“交通出行”的“乘车登机”记录证明本人健在，认证记在2023年11月" in lines
    assert (
        "counted from the pass of May 2023, to be certified by the end of May 2024, else pay pauses from June 2024"
        in lines
    )
    assert (
        "With this pass: counted from the pass of November 2023, to be certified by the end of November 2024" in lines
    )
    assert "Follow-up by telephone (proves nothing): a record of this kind proves nothing about life" in lines
    assert "Purchase in a pharmacy (life, weak): a weak sign of life: alone it never certifies" in lines
    assert "1 January 2022 Transport: trips, Boarded or checked in (life, strong): outside the months" in lines
    assert "Decided once more from the same records and rules: equal to the stored decision." in lines


def test_an_ended_benefit_is_not_compared(run: RunFolder) -> None:
    lines = told(run, "P2")
    assert "待遇已终止，不参加比对，没有结论。" in lines
    assert "Deciding records" not in lines
    assert explain(run, "P2").agrees


def test_two_humans_under_one_person_number_are_explained_one_by_one(run: RunFolder) -> None:
    explanation = explain(run, "P3")
    assert len(explanation.people) == 2
    assert "2 different numbers stand under this person number" in told(run, "P3")


def test_somebody_never_certified_counts_from_the_first_base(run: RunFolder) -> None:
    assert "never certified, counted from the month in which the benefit began (April 2010)" in told(run, "P3")


def test_without_a_base_there_is_no_automatic_stop(run: RunFolder) -> None:
    lines = told(run, "P5")
    assert "no month to count from is known: a case for an officer, never an automatic stop" in lines
    assert "起算月不明" in lines


def test_an_unknown_person_number_is_a_wrong_call(run: RunFolder) -> None:
    with pytest.raises(InputError, match=r"PERSON_NO P9: .*not on the roster of this run"):
        explain(run, "P9")


def test_the_person_number_may_be_typed_with_blanks(run: RunFolder) -> None:
    assert explain(run, " P1 ").person_no == "P1"


def test_a_stored_decision_that_cannot_be_repeated_is_a_fault(folder: Path, tmp_path: Path, policy: Policy) -> None:
    altered = tmp_path / "run"
    shutil.copytree(folder, altered)
    file = altered / "decisions.parquet"
    rows = pq.read_table(file)
    lists = ["lost" if row["benefit_no"] == "B1" else row["list"] for row in rows.to_pylist()]
    pq.write_table(rows.set_column(rows.schema.get_field_index("list"), "list", pa.array(lists)), file)
    explanation = explain(open_run(altered, policy), "P1")
    assert not explanation.agrees
    lines = "\n".join(line.en for line in tell(explanation))
    assert "FAULT: list: stored lost, decided now eligible" in lines
    assert "do not act on it, and report it" in lines


def test_a_run_under_another_policy_is_not_explained_by_this_one(folder: Path, tmp_path: Path) -> None:
    text = (Path(load.__code__.co_filename).parent / "guangdong" / "decision.yaml").read_text(encoding="utf-8")
    (tmp_path / "decision.yaml").write_text(text.replace("value: 90", "value: 60"), encoding="utf-8")
    with pytest.raises(InputError, match="name the run's own policy with --policy"):
        open_run(folder, load(tmp_path))


def test_a_folder_that_is_no_run_is_named(tmp_path: Path, policy: Policy) -> None:
    with pytest.raises(InputError, match=r"there is no run\.json; name a folder that compare has written"):
        open_run(tmp_path, policy)
    (tmp_path / "run.json").write_text('{"as_of": 7}', encoding="utf-8")
    with pytest.raises(InputError, match="not a report of compare"):
        open_run(tmp_path, policy)


CASES = {
    "released": (
        (note("police_custody/detained", "2024-01-05"), note("police_custody/released", "2024-02-05")),
        "之后已释放",
    ),
    "revoked": (
        (note("court_judgment/declared_dead", "2024-01-05"), note("court_judgment/revoked", "2024-02-05", name="王")),
        "之后判决已被撤销",
    ),
    "term": ((note("justice_prison/term", "2023-06-01", end_date=AS_OF.replace(day=30)),), "刑期或羁押期已满"),
    "before birth": ((note("civil_cremation/cremated", "1949-01-01"),), "日期早于本人出生"),
    "other name": ((note("civil_cremation/cremated", "2024-01-05", name="张三"),), "张＊"),
    "refuted": ((note("civil_cremation/cremated", "2023-10-05", name="张三"), BOARDED), "线索已排除"),
    "near": ((note("civil_cremation/cremated", "2024-01-05", id_number=WANG[:-2] + "9" + WANG[-1]),), "号码近似"),
    "no number": ((note("civil_cremation/cremated", "2024-01-05", id_number=""),), "没有有效号码"),
    "outweighed": ((DIED, note("court_judgment/declared_dead", "2024-03-05")), "结论由其他记录作出"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_disregarded_is_said_with_its_reason(case: str, tmp_path: Path, policy: Policy) -> None:
    notes, phrase = CASES[case]
    explanation = explain(open_run(compared(world(*notes), tmp_path, policy), policy), "P1")
    assert explanation.agrees
    assert phrase in "\n".join(line.zh for line in tell(explanation))


def test_a_single_death_record_waits_for_a_second_department(tmp_path: Path, policy: Policy) -> None:
    explanation = explain(open_run(compared(world(DIED), tmp_path, policy), policy), "P1")
    (benefit,) = explanation.people[0].benefits
    assert benefit.decision is not None
    assert benefit.decision.list is ListName.TO_VERIFY
    assert (
        benefit.sentence.zh
        == "待核实：2024年2月10日“殡葬火化”的“火化”记录还没有得到其他部门及时印证，核实清楚之前待遇不变。"
    )
