"""The morning glance of a region in which nothing has been compared yet."""

import pytest
from django.test import Client

from anling.access.roles import Role
from tests.support.platform import officer


@pytest.mark.usefixtures("db")
def test_before_the_first_comparison_the_page_says_what_will_appear() -> None:
    client = Client(headers={"Accept-Language": "en"}, SERVER_NAME="localhost")
    client.force_login(officer("early", Role.SUPERVISOR, "44"))
    assert "No comparison has finished yet" in client.get("/province/").content.decode()
