"""What an officer or a recipient who reads Chinese is told when something cannot be done: in Chinese, with the remedy.

The same sentence in English is what the tests of each room look at.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from anling.access.roles import Role
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.audit.wording import heard, in_both, worded
from anling.comparison import working
from anling.comparison.models import Run, State
from anling.comparison.operations import start
from anling.roster.models import Benefit, Finding
from tests.apps.deliveries import delivered, site_rooms
from tests.apps.test_office_in_chinese import reader_of
from tests.intake.given import FEED_HEADERS, LI, csv_bytes, feed_file, feed_rows
from tests.support.chinese import english_on
from tests.support.client import caller, read
from tests.support.platform import NOW, clerk, officer
from tests.support.rosters import load, number, row

PROVINCE = Scope("44")
ALERTS = re.compile(r'(?:role="alert"|invalid-feedback)[^>]*>(.*?)</(?:div|li|p)>', re.DOTALL)


@pytest.fixture
def worked(flushed: None) -> Callable[[str], None]:
    """Does the jobs of a queue that are waiting, as the worker would."""
    del flushed

    def work(queue: str) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(wait=False, install_signal_handlers=False, queues=[queue], listen_notify=False)

    return work


def amiss(page: str, *pieces: str) -> list[str]:
    """The pieces that the page does not say, and its English sentences."""
    return [piece for piece in pieces if piece not in page] + english_on(page)


@pytest.mark.usefixtures("db")
def test_an_upload_that_cannot_be_read() -> None:
    clerk()
    sent = {"feed": "insurance_inpatient", "batch": "june", "covers_from": "2024-01-01", "covers_to": "2024-06-30",
            "delivered_at": "2024-07-25T10:00"}  # fmt: skip
    file = SimpleUploadedFile("june.pdf", csv_bytes(FEED_HEADERS, feed_rows()))
    answer = reader_of("clerk").post("/office/feeds/upload", {**sent, "file": file})
    assert answer.status_code == 422
    assert not amiss(answer.content.decode(), "june.pdf: 不支持的格式,请使用 CSV、XLSX、XLS 或 Parquet")


def test_a_roster_file_that_cannot_be_read(worked: Callable[[str], None]) -> None:
    clerk()
    client = reader_of("clerk")
    sent = client.post("/office/imports", {"file": SimpleUploadedFile("花名册.csv", "编号,甲\n1,2\n".encode())})
    worked("imports")
    page = client.get(sent["Location"]).content.decode()
    columns = "person_no, id_number, name, scheme, region, pay_status"
    assert f"花名册.csv: 缺少列 {columns},请检查第一行的列名" in page
    assert english_on(page.replace(columns, "")) == []


@pytest.mark.usefixtures("db")
def test_an_import_that_has_gone_its_way(tmp_path: Path) -> None:
    by = clerk()
    done = load(tmp_path / "roster.csv", by, row(1))
    client = reader_of("clerk")
    page = client.post(f"/office/imports/{done.pk}/discard", {"reason": "不要了"}, follow=True).content.decode()
    assert not amiss(page, f"导入 {done.pk} 当前为“已生效”，不能再这样处理；请重新上传文件。")


@pytest.mark.usefixtures("db")
def test_a_merge_of_two_who_hold_two_valid_numbers(tmp_path: Path) -> None:
    by = clerk()
    load(tmp_path / "roster.csv", by, row(1), row(2, id_number=number(1), name="李四"))
    with within(PROVINCE):
        keep, other = (Benefit.objects.get(benefit_no=each).person_id for each in ("B1", "B2"))
        finding = Finding.objects.get(person=keep, kind="shared_number").pk
    client, address = reader_of("clerk"), f"/office/cleanup/{finding}/merge/{keep}"
    client.post(address, {"reason": "同一人"})
    page = client.post(address, {"reason": "同一人"}, follow=True).content.decode()
    assert not amiss(page, f"人员 {other} 已并入人员 {keep}，请合并后者。")


@pytest.mark.usefixtures("db")
def test_a_correction_that_breaks_rules(tmp_path: Path) -> None:
    load(tmp_path / "roster.csv", clerk(), row(1))
    with within(PROVINCE):
        benefit = Benefit.objects.get()
    client = reader_of("clerk")
    typed = {"name": "陈小明", "id_type": "01", "id_number": "440104195001010000", "sex": "9",
             "birth_date": "1950-01-01", "reason": "户口本"}  # fmt: skip
    page = client.post(f"/office/people/{benefit.person_id}/correct", typed).content.decode()
    assert not amiss(page, "号码没有通过校验，请与证件逐位核对。")
    moved = {"region": "449999", "unit": "", "agency": "", "residence_region": "", "reason": "搬家"}
    page = client.post(f"/office/benefits/{benefit.pk}/correct", moved).content.decode()
    assert not amiss(page, "没有该 6、9 或 12 位行政区划代码，请在“地点”中查询。")


@pytest.mark.usefixtures("db")
def test_a_run_for_a_day_to_come_and_one_that_failed() -> None:
    by = clerk()
    client, day = reader_of("clerk"), timezone.localdate() + timedelta(days=3)
    page = client.post("/office/runs/start", {"as_of": day.isoformat(), "reason": "月度"}).content.decode()
    assert not amiss(page, f"{day} 还没有到，请填今天或更早的日期。")
    run = start(region="4402", as_of=NOW.date(), reason="月度", by=by, at=NOW)
    assert working.execute(run=run.pk, region="4402", now=lambda: NOW)
    with within(PROVINCE):
        assert Run.objects.get(pk=run.pk).state == State.FAILED
    assert (
        amiss(client.get(f"/office/runs/{run.pk}").content.decode(), "本地区花名册中没有待遇，请先导入花名册。") == []
    )
    english = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    english.cookies = client.cookies
    assert "import the roster first" in english.get(f"/office/runs/{run.pk}").content.decode()


@pytest.mark.usefixtures("db")
def test_a_pay_run_of_a_month_that_is_far() -> None:
    clerk()
    page = reader_of("clerk").post("/office/payruns", {"month": "2031-01"}).content.decode()
    assert not amiss(page, "2031-01")
    assert "请" in page or "月" in page


@pytest.mark.usefixtures("db")
def test_an_appeal_without_what_is_asked_for(tmp_path: Path) -> None:
    stranger = Client(SERVER_NAME="localhost", headers={"accept-language": "zh-hans"})
    answer = stranger.post("/me/appeal", {"number": "1", "name": "", "text": "", "phone": "x"})
    assert answer.status_code == 422
    assert english_on(answer.content.decode()) == []
    load(tmp_path / "roster.csv", clerk(), row(1))
    with within(PROVINCE):
        person = Benefit.objects.get().person_id
    assert not amiss(reader_of("clerk").post(f"/office/people/{person}/appeal", {}).content.decode())


@pytest.mark.usefixtures("db")
def test_who_may_not_act_is_told_which_roles_may() -> None:
    clerk("4401", "city")
    file = SimpleUploadedFile("units.csv", "编号,名称,区划代码\nU1,一厂,440304\n".encode())
    page = reader_of("city").post("/office/places/lists/add", {"kind": "units", "file": file}).content.decode()
    assert not amiss(page, "city在地区 440304 不能办理此事；须有下列岗位之一：经办人。")


@pytest.mark.usefixtures("db")
def test_a_batch_and_its_quarantine_are_told_in_words(tmp_path: Path) -> None:
    rows = [*feed_rows(), ("s5", LI, "李明", "2024-13-40", "2024-06-04", "discharged")]
    batch = delivered(feed_file(tmp_path, rows), site_rooms(), clerk())
    page = reader_of("clerk").get(f"/office/feeds/batches/{batch.pk}").content.decode()
    assert not amiss(
        page,
        "医保：住院" if "医保：住院" in page else "住院",
        "发生日期不是可识别的日期",
        ": 2024-13-40",
        ">发生日期</td>",
    )
    assert "event_date is not" not in page


@pytest.mark.usefixtures("db")
def test_an_entry_of_the_trail_and_the_source_of_a_change_are_told_in_words(tmp_path: Path) -> None:
    by = clerk()
    load(tmp_path / "roster.csv", by, row(1))
    done = load(tmp_path / "roster.csv", by, row(1, unit="U9"))
    with within(PROVINCE):
        person = Benefit.objects.get().person_id
    assert not amiss(reader_of("clerk").get(f"/office/people/{person}").content.decode(), f"花名册导入 {done.pk}")
    officer("auditor", Role.AUDIT_ADMINISTRATOR)
    entry = Entry.objects.filter(kind="roster.applied").latest("pk")
    auditor = reader_of("auditor")
    assert (
        amiss(auditor.get(f"/office/trail/{entry.pk}").content.decode(), f"花名册导入 {done.pk}", ">变更<", ">拒收<")
        == []
    )
    assert not amiss(auditor.get("/office/trail").content.decode(), "花名册导入")
    assert str(entry.pk) in auditor.get("/office/trail?object_type=rosterimport").content.decode()


@pytest.mark.usefixtures("db")
def test_the_api_answers_in_the_language_that_is_asked_for() -> None:
    ours = caller()
    chinese = read(ours.get("/people/999999", accept_language="zh-hans"))
    assert (chinese["title"], chinese["detail"].split("。")[0]) == ("没有找到", "您的地区没有该编号的人员")
    english = read(ours.get("/people/999999", accept_language="en"))
    assert english["detail"].startswith("There is no person of this id in your region.")
    wrong = read(ours.get("/benefits?cursor=x", accept_language="zh-hans"))
    assert wrong["errors"][0]["message"] == "不是本列表的游标"


def test_what_is_kept_in_both_languages_is_heard_in_one() -> None:
    kept = in_both(worded("%(file)s has more than %(most)s rows; divide it by city.", file="a / b.csv", most="9"))
    with override("zh-hans"):
        assert heard(kept) == "a / b.csv 超过 9 行，请按市拆分。"
        assert heard("名单.csv: 文件是空的 / the file is empty") == "名单.csv: 文件是空的"
    with override("en"):
        assert heard(kept) == "a / b.csv has more than 9 rows; divide it by city."
        assert heard("名单.csv: 文件是空的 / the file is empty") == "名单.csv: the file is empty"
        assert heard("One language alone.") == "One language alone."
