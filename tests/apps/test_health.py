"""Machines that watch ask on this machine, past the proxy: without TLS they get an answer, and no page does."""

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.usefixtures("db")


@override_settings(SECURE_SSL_REDIRECT=True)
def test_what_machines_ask_is_answered_without_tls_and_pages_are_not() -> None:
    client = Client(SERVER_NAME="localhost")  # of its own: what answers it is made by this setting
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/metrics").status_code == 200
    for path in ("/account/login/", "/metrics/more"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, f"https://localhost{path}")
