"""Pages in a real browser, before the server that an office would start."""

from collections.abc import Iterator

import pytest

from anling.access.roles import Role
from tests.support.browser import browser, live_server, page, worker
from tests.support.platform import DAY, database, empty, flushed, officer

__all__ = ["browser", "database", "flushed", "live_server", "officers", "page", "worker"]


@pytest.fixture
def officers(database: None) -> Iterator[None]:
    """An officer of each kind: `clerk` (also a reviewer), the three administrators, and `nobody` without a role."""
    del database
    clerk = officer("clerk", Role.CLERK, "4401", name="陈㛃")
    clerk.grants.create(role=Role.REVIEWER, region="440104", valid_from=DAY.replace(year=2020))
    officer("security", Role.SECURITY_ADMINISTRATOR)
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    officer("system", Role.SYSTEM_ADMINISTRATOR)
    officer("nobody", Role.CLERK, "44").grants.all().delete()
    yield
    empty()
