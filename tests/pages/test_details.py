"""Pages of one thing each: a person, a finding, an import, a run, a delivery, an account; pages that refuse."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from anling.access.models import Officer
from anling.access.queries import actor_of
from anling.access.roles import Role
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Actor, Scope
from anling.comparison.models import Count, Run
from anling.comparison.models import State as RunState
from anling.comparison.queries.moves import count_moves
from anling.roster.models import Benefit, Change, Finding, ImportState, Person
from tests.support import holdings
from tests.support.browser import inspect, sign_in, sign_in_by_form
from tests.support.client import NUMBER, person, places, system
from tests.support.listings import Listed, listing
from tests.support.platform import DAY, NOW, officer

pytestmark = pytest.mark.usefixtures("officers")
REGION = "440104"
RARE = "䶮㛃"
LONG = ("阿卜杜热合曼·" * 8)[:50]
"""The longest name that the roster holds."""


def by() -> Actor:
    return actor_of(Officer.objects.get(username="clerk"), DAY)


def renamed(key: int, name: str) -> None:
    with within(Scope(REGION)):
        Person.objects.filter(pk=key).update(name=name)


def opened(page: Page, name: str, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    inspect(page, name)


def suspended(name: str) -> int:
    """A person whose benefit waits for a certification, with a change on record."""
    key = person(NUMBER, REGION, pay_status="suspended", suspend_reason="no_proof_of_life", phone="13800000000")
    renamed(key, name)
    with within(Scope(REGION)):
        benefit = Benefit.objects.get(person_id=key)
        Change.objects.create(
            benefit=benefit, person_id=key, region=REGION, field="pay_status", before="paying", after="suspended",
            at=NOW, doer="officer:1", source="import:1",
        )  # fmt: skip
    return key


@pytest.mark.parametrize(("kind", "name"), [("rare", RARE), ("long", LONG)])
def test_a_person_is_read_and_corrected_whatever_the_name(page: Page, kind: str, name: str) -> None:
    key = suspended(name)
    with within(Scope(REGION)):
        benefit = Benefit.objects.get(person_id=key).pk
    sign_in(page, "clerk")
    opened(page, f"people-{kind}", "/office/people")
    opened(page, f"person-{kind}", f"/office/people/{key}")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("not certified in time")
    expect(page.locator("main")).not_to_contain_text("no_proof_of_life")
    expect(page.locator("main")).not_to_contain_text("pay_status")
    expect(page.locator(".office-bar")).to_contain_text("广东省 广州市")
    opened(page, f"person-correct-{kind}", f"/office/people/{key}/correct")
    opened(page, f"benefit-correct-{kind}", f"/office/benefits/{benefit}/correct")


def test_people_are_searched_by_number_and_gone_through_by_key(page: Page) -> None:
    key = suspended("某甲")
    with within(Scope(REGION)):
        Benefit.objects.filter(person_id=key).update(person_no=NUMBER)
    sign_in(page, "clerk")
    page.goto("/office/people")
    page.get_by_label("Name or number").fill(NUMBER)
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url(lambda url: "found=" in url)
    assert NUMBER not in page.url
    expect(page.get_by_label("Name or number")).to_have_value(NUMBER)
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Region", exact=True).click()
    assert NUMBER not in page.url
    expect(page.locator("main tbody tr")).to_have_count(1)
    with page.expect_download():
        page.get_by_role("button", name="Export XLSX").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="某甲")).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url(f"**/office/people/{key}")
    page.go_back()
    expect(page.locator("main tbody tr")).to_have_count(1)


def test_a_supervisor_says_why_before_people_are_shown(page: Page) -> None:
    key = suspended("某甲")
    officer("over", Role.SUPERVISOR, "4401")
    sign_in(page, "over")
    page.goto("/office/people?unit=")
    opened(page, "people-why", page.url)
    page.get_by_role("button", name="Show the people").click()
    expect(page.locator("main")).to_contain_text("Say why you need it")
    page.get_by_role("textbox").fill("a complaint of 1 June")
    page.get_by_role("button", name="Show the people").click()
    page.get_by_role("link", name="某甲").click()
    page.wait_for_url(f"**/office/people/{key}")
    expect(page.get_by_role("heading", level=1)).to_have_text("某甲")


def test_a_masked_number_is_shown_after_a_reason(page: Page) -> None:
    key = suspended("某甲")
    sign_in(page, "clerk")
    page.goto(f"/office/people/{key}")
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_role("textbox", name="Why do you need it?")).to_be_visible()
    inspect(page, "reveal")


def test_what_is_to_be_cleaned_up_is_settled_merged_and_undone(page: Page) -> None:
    arguments, _ = holdings.two_people_to_merge(REGION)
    with within(Scope(REGION)):
        found = Finding.objects.get(pk=str(arguments["key"]))
    renamed(found.person_id, LONG)
    renamed(int(found.other_id or 0), RARE)
    sign_in(page, "clerk")
    opened(page, "cleanup", "/office/cleanup")
    opened(page, "cleanup-settled-empty", "/office/cleanup/settled")
    opened(page, "cleanup-finding", f"/office/cleanup/{found.pk}")
    opened(page, "cleanup-merge", f"/office/cleanup/{found.pk}/merge/{found.person_id}")
    merge = holdings.merged(REGION, by())
    opened(page, "cleanup-undo", f"/office/cleanup/merges/{merge}/undo")
    opened(page, "cleanup-settled", "/office/cleanup/settled")
    differs = holdings.pay_status_differs(REGION)
    opened(page, "cleanup-pay-status", f"/office/cleanup/{differs}")
    opened(page, "cleanup-queue-pay-status", "/office/cleanup?kind=pay_status_differs")
    page.goto(f"/office/cleanup/{differs}")
    page.get_by_label("Ours: the roster file is wrong").check()
    page.get_by_label("Reason").fill("seen her at the counter")
    page.get_by_role("button", name="Settle").click()
    expect(page.locator("main")).to_contain_text("Ours holds")
    opened(page, "cleanup-reopen", f"/office/cleanup/{differs}/reopen")


def test_an_import_says_what_it_is_in_words_in_each_state(page: Page) -> None:
    counts = {"rows": 12_345, "added": 10_000, "changed": 2_000, "unchanged": 300, "gone": 5, "rejected": 45}
    details = {
        "reasons": {"out_of_scope": 40, "too_long": 5},
        "fields": {"pay_status": 2_000},
        "changed": [{"benefit_no": "B1", "field": "pay_status", "before": "paying", "after": "ended"}],
    }
    sign_in(page, "clerk")
    for state in ImportState:
        made = holdings.roster_import(REGION, state)
        with within(Scope(REGION)):
            made.error = "The file has no column for the region." if state == ImportState.FAILED else ""
            made.counts, made.details = (counts, details) if state == ImportState.CHECKED else ({}, {})
            made.total = counts["rows"] if made.counts else 0
            made.save()
        opened(page, f"import-{state}", f"/office/imports/{made.pk}")
        if state == ImportState.CHECKED:
            expect(page.locator("main")).to_contain_text("Another region's benefit")
            expect(page.locator("main")).not_to_contain_text("out_of_scope")
    opened(page, "imports", "/office/imports?sort=-added")


def test_runs_are_read_and_compared(page: Page) -> None:
    first, second = holdings.run("4401", RunState.DONE), holdings.run("4401", RunState.DONE)
    sign_in(page, "clerk")
    opened(page, "run", f"/office/runs/{first.pk}")
    back = holdings.run("4401", RunState.DONE)
    with within(Scope("4401")):
        Run.objects.filter(pk=back.pk).update(known_at=NOW)
    opened(page, "run-looking-back", f"/office/runs/{back.pk}")
    expect(page.locator("main")).to_contain_text("It looks back")
    opened(page, "runs", "/office/runs")
    listed = page.get_by_role("table").locator("tbody tr")
    assert {row.split()[0] for row in listed.all_inner_texts()} == {str(each.pk) for each in (first, second, back)}
    opened(page, "run-queued", f"/office/runs/{holdings.run('4401').pk}")
    expect(page.get_by_role("button", name="Cancel the run")).to_be_visible()
    pair = f"first={first.pk}&second={second.pk}"
    opened(page, "runs-compared", f"/office/runs/compare?{pair}")
    expect(page.locator("main")).to_contain_text("Nobody moved")
    opened(page, "list-people-empty", "/office/lists/people")


def test_runs_that_are_still_counted_say_so_and_are_shown_by_themselves_once_that_is_done(page: Page) -> None:
    first, second = (listing(Listed(person(NUMBER, REGION)), region="4401") for _ in range(2))
    with within(Scope("4401")):
        Count.objects.create(run=first, region=REGION, list="eligible", scheme="resident", benefits=10**7)
    sign_in(page, "clerk")
    opened(page, "runs-counting", f"/office/runs/compare?first={first.pk}&second={second.pk}")
    expect(page.locator("main [role=status]")).to_contain_text("being laid beside each other")
    with within(Scope("4401")):
        count_moves(first, second)
    expect(page.locator("main table").first).to_be_visible(timeout=15_000)


def test_the_share_that_data_certified_is_drawn_month_by_month(page: Page) -> None:
    for month, share in ((8, 61), (9, 75)):
        run = holdings.run("4401", RunState.DONE)
        with within(Scope("4401")):
            Run.objects.filter(pk=run.pk).update(as_of=date(2019, month, 1))
            for name, benefits in (("eligible", share), ("no_evidence", 100 - share)):
                Count.objects.create(
                    run=run, region="440104", list=name, scheme="resident", reasons="none", benefits=benefits
                )
    officer("sup", Role.SUPERVISOR, "4401")
    sign_in(page, "sup")
    opened(page, "province-trend", "/province/")
    expect(page.locator("main")).to_contain_text("14.0 points")
    expect(page.locator(".share-chart canvas")).to_be_visible()
    rows = page.get_by_role("table").filter(has_text="2019-08-01").locator("tbody tr")
    assert [row.split()[2] for row in rows.all_inner_texts()] == ["75.0", "61.0"]


def test_a_delivery_and_its_upload(page: Page) -> None:
    batch = holdings.batch(by())
    sign_in(page, "clerk")
    opened(page, "feed", "/office/feeds/insurance_inpatient")
    opened(page, "batch", f"/office/feeds/batches/{batch.pk}")
    page.goto("/office/feeds/upload")
    file = {"name": "b2.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    page.locator("main form button").last.click()
    expect(page.locator(".invalid-feedback, [role=alert]").first).to_be_visible()
    inspect(page, "upload-refused")


def test_places_are_added_and_edited(page: Page) -> None:
    places()
    sign_in(page, "clerk")
    for kind, code in (("units", f"U{REGION}"), ("outlets", f"O{REGION}")):
        opened(page, f"{kind}-add", f"/office/places/{kind}/add")
        opened(page, f"{kind}-edit", f"/office/places/{kind}/edit?code={code}")
        assert code in {box.input_value() for box in page.locator("main input").all()}


def test_accounts_and_entries(page: Page) -> None:
    client = system("4401")
    someone = officer("another", Role.REVIEWER, REGION, name=LONG)
    sign_in(page, "security")
    opened(page, "officers", "/office/officers")
    opened(page, "officer", f"/office/officers/{someone.pk}")
    expect(page.locator("main")).to_contain_text(LONG)
    opened(page, "client", f"/office/clients/{client.pk}")
    opened(page, "second-factor", "/account/mfa/")
    page.context.clear_cookies()
    sign_in_by_form(page, "audit")  # which is the first entry
    opened(page, "trail", "/office/trail")
    entry = Entry.objects.latest("pk")
    opened(page, "trail-entry", f"/office/trail/{entry.pk}")
    assert entry.kind in page.locator("main dl").inner_text()


def test_pages_that_refuse_say_so_in_the_frame(page: Page) -> None:
    sign_in(page, "clerk")
    answer = page.goto("/office/officers")
    assert answer is not None
    assert answer.status == 403
    inspect(page, "refused-403")


def test_an_address_with_a_slash_at_its_end_leads_to_the_one_without(page: Page) -> None:
    sign_in(page, "clerk")
    page.goto("/office/people/?text=陈")
    assert "/office/people?text=" in page.url
    kept = page.request.get("/office/runs/", max_redirects=0)
    assert (kept.status, kept.headers["location"]) == (308, "/office/runs")
