"""The system administrator sees what the installation is and how it stands: no secret, and nothing of people."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction
from playwright.sync_api import Page, expect

from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import machine
from tests.support.browser import inspect, sign_in
from tests.support.platform import HOME, NOW, officer


@pytest.mark.usefixtures("flushed")
def test_settings_self_test_queues_workers_and_backups_are_told(page: Page) -> None:
    officer("system", Role.SYSTEM_ADMINISTRATOR)
    with transaction.atomic():
        record(Kind.BACKUP_MADE, by=machine("console"), at=NOW, on=Subject("backup", "july.backup"), rows=4)
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status)"
            " VALUES ('default', 'site.clear_old', 'x', '{}', 'failed')"
        )
    sign_in(page, "system")
    page.goto("/office/")
    page.get_by_role("link", name="Settings").first.click()
    main = page.locator("main")
    for text in (str(HOME), "july.backup", "Worker 1 last seen", "free of", "data_directory"):
        expect(main).to_contain_text(text)
    expect(page.get_by_role("row", name="Upkeep 0 0 1")).to_be_visible()
    expect(page.get_by_role("row", name="encoding in order UTF8")).to_be_visible()
    inspect(page, "settings")
    source = page.content()
    kept = [settings.SECRET_KEY, settings.AUDIT_KEY, *(str(each["PASSWORD"]) for each in settings.DATABASES.values())]
    assert all(kept)
    assert not [secret for secret in kept if secret in source], "no secret is on the page"
    assert Path(HOME, "secret-key").exists()


@pytest.mark.usefixtures("flushed")
def test_a_new_installation_is_told_to_make_a_backup(page: Page) -> None:
    officer("system", Role.SYSTEM_ADMINISTRATOR)
    sign_in(page, "system")
    page.goto("/office/system/settings")
    expect(page.locator("main")).to_contain_text("No backup yet")
    expect(page.locator("main")).to_contain_text("No worker is running")
    inspect(page, "settings-new")
