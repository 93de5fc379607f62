"""What-if as an officer meets it: values in force to be changed, an answer that opens to people, files taken out."""

import csv
import io
import re
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.comparison.models import Run, WhatIf
from anling.comparison.what_if.answering import answer
from anling.comparison.what_if.reading import Chosen, lines_of
from anling.policy import load_texts
from tests.apps.test_comparison_pages import city, province, text, visitor
from tests.apps.test_office_in_chinese import reader_of
from tests.support.chinese import english_on
from tests.support.platform import NOW
from tests.support.province import PROVINCE, Office

__all__ = ["city", "province"]

FACE = "feeds.gov_login.code.face"
CYCLE, STOP = "clock.employee.cycle_months", "clock.employee.stop_after_months"


def posted(run: Run | None, **values: str) -> dict[str, str]:
    return {"region": "44", "run": str(run.pk) if run else "", "stands": "on", "reason": "draft", **values}


@pytest.fixture(scope="module")
def made(finished: Run, office: Office) -> WhatIf:
    """Asked on the page, answered by the worker."""
    del office
    values = {FACE: "P3", CYCLE: "6", STOP: "7"}
    response = visitor("province").post("/office/what-if/new", posted(finished, **values))
    assert response.status_code == 302
    key = int(response["Location"].rsplit("/", 1)[1])
    assert answer(what_if=key, region="44", now=lambda: NOW)
    with within(PROVINCE):
        return WhatIf.objects.get(pk=key)


def test_the_form_shows_the_values_in_force_on_the_day_of_the_run(finished: Run, province: Client) -> None:
    page = text(province, f"/office/what-if/new?region=4401&run={finished.pk}")
    assert 'The values in force on 2026-06-30 in region <span title="4401">广东省 广州市</span>' in page
    assert re.search(rf'name="{CYCLE}" value="12"', page)
    for said in ("Police: death cancellation", "Trust in: Login with live face", "approval_month"):
        assert said in page


def test_a_wrong_value_gets_its_sentence_and_what_was_typed_is_kept(finished: Run, province: Client) -> None:
    before = Entry.objects.count()
    answer = province.post("/office/what-if/new", posted(finished, **{CYCLE: "soon", FACE: "P2"}))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "a whole number is expected here; write digits only, 1 or more." in page
    assert f'name="{CYCLE}" value="soon"' in page
    assert re.search(rf'id="id_{FACE}".*?value="P2" selected', page, re.DOTALL)
    assert f'id="id_{CYCLE}_error"' in page
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("values", "said"),
    [({}, "Nothing differs from the policy in force"), ({CYCLE: "14"}, "pay cannot stop 13 months after a pass")],
)
def test_what_cannot_be_asked_is_said_on_the_form(
    finished: Run, province: Client, values: dict[str, str], said: str
) -> None:
    assert said in province.post("/office/what-if/new", posted(finished, **values)).content.decode()


def test_a_region_outside_ones_own_is_refused(city: Client) -> None:
    assert "outside yours" in text(city, "/office/what-if/new?region=4403")
    answer = city.post("/office/what-if/new", {**posted(None), "region": "4403", CYCLE: "6"})
    assert answer.status_code == 200
    assert "outside yours" in answer.content.decode()


def test_the_answer_tells_who_would_move_and_every_number_opens_as_many_people(made: WhatIf, province: Client) -> None:
    page = text(province, f"/office/what-if/{made.pk}")
    for said in ("Lists before and after", "P3 weak", made.scratch_version, "Nothing here is in force"):
        assert said in page
    links = re.findall(r'href="(/office/what-if/\d+/people\?[^"]+)">([\d,]+)</a>', page)
    assert len(links) > 8
    for address, number in links:
        opened = text(province, address.replace("&amp;", "&"))
        found = re.search(r"\d+–\d+ of ([\d,]+)", opened)
        assert found is not None, address
        assert found.group(1) == number


@pytest.mark.parametrize("query", ["before=x", "region=44x", "stop_after=2026-13", "page=9999", "moved=on&scheme=z"])
def test_an_odd_address_is_no_error(made: WhatIf, province: Client, query: str) -> None:
    assert province.get(f"/office/what-if/{made.pk}/people?{query}").status_code == 200


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_holds_the_filtered_people_and_is_recorded(made: WhatIf, province: Client, file_format: str) -> None:
    with within(PROVINCE):
        wanted = {line.benefit.benefit_no for line in lines_of(made, Chosen(moved=True))}
    response = province.post(f"/office/what-if/{made.pk}/people/export", {"moved": "on", "format": file_format})
    content = response.getvalue()
    entry = Entry.objects.filter(kind=Kind.WHAT_IF_EXPORTED).latest("id")
    assert (entry.rows, entry.after) == (len(wanted), {"moved": "on", "format": file_format})
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
        assert {row[1] for row in rows} == wanted
        assert all("*" in row[2] for row in rows)
    else:
        assert content.startswith(b"PK")


def test_the_policy_files_that_were_changed_can_be_taken_and_are_the_ones_asked(made: WhatIf, province: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(province.get(f"/office/what-if/{made.pk}/policy.zip").content)) as packed:
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert set(texts) == {"clock.yaml", "feeds.yaml"}
    assert load_texts(texts).version == made.scratch_version


def test_one_that_waits_shows_its_progress_and_can_be_cancelled(province: Client) -> None:
    address = province.post("/office/what-if/new", posted(None, **{CYCLE: "6", STOP: "7"}))["Location"]
    assert "Waiting" in text(province, address)
    assert 'hx-trigger="every 1s"' in text(province, f"{address}/progress")
    assert province.get(f"{address}/people").status_code == 404
    province.post(f"{address}/cancel")
    assert province.get(f"{address}/progress")["HX-Refresh"] == "true"
    assert "Cancelled" in text(province, "/office/what-if")


def test_an_own_one_can_be_deleted_from_its_page(province: Client) -> None:
    address = province.post("/office/what-if/new", posted(None, **{CYCLE: "6", STOP: "7"}))["Location"]
    assert "Delete it" not in text(province, address)
    assert "cancel it first" in province.post(f"{address}/delete", follow=True).content.decode()
    province.post(f"{address}/cancel")
    assert "Delete it" in text(province, address)
    said = province.post(f"{address}/delete", follow=True)
    assert said.redirect_chain == [("/office/what-if", 302)]
    assert "The what-if is deleted" in said.content.decode()
    assert province.get(address).status_code == 404


def test_the_city_does_not_see_what_the_province_asked(made: WhatIf, city: Client) -> None:
    assert city.get(f"/office/what-if/{made.pk}").status_code == 404
    assert f'/office/what-if/{made.pk}"' not in text(city, "/office/what-if")


def test_queries_do_not_grow_with_rows(made: WhatIf, province: Client) -> None:
    people = f"/office/what-if/{made.pk}/people"
    counts = []
    for address in (f"{people}?region=440106", people, "/office/what-if", f"/office/what-if/{made.pk}"):
        text(province, address)  # which remembers names of regions
        with CaptureQueriesContext(connection) as seen:
            text(province, address)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert max(counts) < 25


def test_an_answer_and_a_refusal_leave_no_english(made: WhatIf, finished: Run) -> None:
    reader = reader_of("province")
    for address in (f"/office/what-if/{made.pk}", f"/office/what-if/{made.pk}/people"):
        assert english_on(reader.get(address).content.decode()) == [], address
    refused = reader.post("/office/what-if/new", posted(finished, **{CYCLE: "soon"})).content.decode()
    assert "此处应为整数；请只填数字，不小于 1。" in refused
    assert english_on(refused) == []
