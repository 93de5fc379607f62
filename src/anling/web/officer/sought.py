"""Numbers that people are searched by: the address of a list holds a short key, the session the number behind it.

An address is kept by browsers and proxies, and passed on; a number of a person must not be in it. Whoever opens the
address in another session is asked to type the number again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

PARAMETER = "found"
"""What the key is called in the address."""

MOST = 20
"""Numbers that a session keeps; of more, the oldest are typed again."""

_SESSION_KEY = "numbers_sought"


def is_number(text: str) -> bool:
    """Whether a search text may be a number; no name holds a digit."""
    return re.search(r"[0-9０-９]", text) is not None


def addressed(asked: Mapping[str, str], session: SessionBase) -> str:
    """The query of an address that asks for the same; a number in it stays in the session."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value and name != PARAMETER})
    text = asked.get("text", "")
    if is_number(text):
        del query["text"]
        query[PARAMETER] = _kept(text, session)
    return query.urlencode()


def number_of(key: str, session: SessionBase) -> str:
    """The number behind a key; '' where this session has none of that key."""
    return str(session.get(_SESSION_KEY, {}).get(key, ""))


def _kept(number: str, session: SessionBase) -> str:
    kept: dict[str, str] = session.get(_SESSION_KEY, {})
    key = next((key for key, text in kept.items() if text == number), secrets.token_urlsafe(6))
    newest = [*((each, text) for each, text in kept.items() if each != key), (key, number)]
    session[_SESSION_KEY] = dict(newest[-MOST:])
    return key
