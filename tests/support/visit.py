"""A browser without a screen: Django's client at the address that the platform answers to."""

from typing import Any

from django.test import Client

from tests.support.platform import PASSWORD


def visitor(language: str = "en") -> Client:
    """Somebody who has not signed in."""
    return Client(SERVER_NAME="localhost", headers={"accept-language": language})


def sign_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    """The answer to the form of the sign-in page."""
    return client.post("/account/login/", {"login": username, "password": password})


def signed_in(username: str, language: str = "en") -> Client:
    """An officer who has signed in, with the password of all test officers."""
    client = visitor(language)
    assert sign_in(client, username).status_code == 302
    return client
