"""The system administrator sees background work, and can have failed work done again."""

import pytest
from django.db import connections
from playwright.sync_api import Page, expect

from anling.access.roles import Role
from anling.audit.models import Entry
from tests.support.browser import inspect, sign_in
from tests.support.platform import officer


@pytest.mark.usefixtures("flushed")
def test_a_job_that_failed_is_queued_again_by_name(page: Page) -> None:
    officer("system", Role.SYSTEM_ADMINISTRATOR)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, attempts)"
            " VALUES ('default', 'site.clear_old', 'x', '{\"timestamp\": 1}', 'failed', 3)"
        )
    sign_in(page, "system")
    page.goto("/office/system?state=failed")
    inspect(page, "system")
    expect(page.get_by_role("alert")).to_contain_text("No worker is running")
    page.get_by_role("button", name="Queue again").click()
    expect(page.get_by_role("status")).to_contain_text("queued again, as number")
    page.goto("/office/system?state=todo")
    expect(page.locator("tbody tr")).to_have_count(1)
    (entry,) = Entry.objects.filter(kind="web.job_queued_again")
    assert (entry.doer_label, entry.object_type) == ("system", "job")


@pytest.mark.usefixtures("flushed")
def test_without_jobs_the_page_says_what_will_appear(page: Page) -> None:
    officer("system", Role.SYSTEM_ADMINISTRATOR)
    sign_in(page, "system")
    page.goto("/office/system")
    expect(page.locator(".empty")).to_contain_text("No jobs")
    inspect(page, "system-empty")
