"""A browser without a screen: Django's client at the address that the platform answers to."""

from functools import cache
from typing import Any

from django.test import Client
from django.test.client import ClientHandler

from tests.support.platform import PASSWORD


def visitor(language: str = "en") -> Client:
    """Somebody who has not signed in."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": language})
    client.handler = _handler()
    return client


@cache
def _handler() -> ClientHandler:
    """All visitors ask the same: its making reads every static file."""
    return ClientHandler(enforce_csrf_checks=False)


def sign_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    """The answer to the form of the sign-in page."""
    return client.post("/account/login/", {"login": username, "password": password})


def signed_in(username: str, language: str = "en") -> Client:
    """An officer who has signed in, with the password of all test officers."""
    client = visitor(language)
    assert sign_in(client, username).status_code == 302
    return client
