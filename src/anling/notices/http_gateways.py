"""Gateways over HTTP: the reference protocol of docs/operations/notices.md, to which a provider is adapted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from anling.notices.ports import Consented, Fate, Message, Receipt, RefusedError, UnavailableError

TIMEOUT = 10.0
_WILL_NEVER = 422
"""The status of an answer that says that this message will never be sent, with a code that says why."""
_LONGEST_ANSWER = 1024 * 1024


class _Http:
    """Asks a service that speaks JSON and knows us by a token."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url.rstrip("/"), token

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json; charset=utf-8"}
        try:
            with urlopen(Request(self._url + path, data, headers), timeout=TIMEOUT) as answer:
                return json.loads(answer.read(_LONGEST_ANSWER))
        except HTTPError as error:
            with error:
                if error.code == _WILL_NEVER:
                    raise RefusedError(_code(error.read(_LONGEST_ANSWER))) from error
            raise UnavailableError(f"the gateway answers {error.code}") from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise UnavailableError(f"the gateway does not answer ({type(error).__name__})") from error

    def receipts(self, keys: Sequence[str]) -> Sequence[Receipt]:
        """What the gateway knows of messages."""
        if not keys:
            return ()
        try:
            return read_receipts(self.ask("/messages?" + urlencode([("key", key) for key in keys])))
        except (RefusedError, ValueError) as error:
            raise UnavailableError("the gateway's answer is not that of the protocol") from error


class HttpSms(_Http):
    """Text messages: POST /messages with key, to and text."""

    def send(self, message: Message) -> str:
        """Take a message; returns the gateway's id. Raises RefusedError, UnavailableError."""
        return _taken(self.ask("/messages", {"key": message.key, "to": message.to, "text": message.text}))


class HttpWeChat(_Http):
    """Subscription messages of a WeChat account: POST /message/subscribe/send with touser, template_id and data.

    templates: our kind → id of the template that WeChat approved for the account.
    """

    def __init__(self, url: str, token: str, templates: Mapping[str, str]) -> None:
        super().__init__(url, token)
        self._templates = templates

    def send(self, message: Message) -> str:
        """Take a message; returns the gateway's id. Raises RefusedError, UnavailableError."""
        template = self._templates.get(message.kind)
        if template is None:
            raise RefusedError("no_template")
        data = {name: {"value": text} for name, text in message.fields.items()}
        body = {"key": message.key, "touser": message.to, "template_id": template, "data": data}
        return _taken(self.ask("/message/subscribe/send", body))


class HttpConsentDesk(_Http):
    """Consent in WeChat: the person's browser goes to `page`, and we ask what the code that it brings back stands for.

    page: address for browsers; url, token: the service beside it, for us.
    """

    def __init__(self, url: str, token: str, *, page: str, templates: Mapping[str, str]) -> None:
        super().__init__(url, token)
        self._page, self._kinds = page, {template: kind for kind, template in templates.items()}
        self.kinds = tuple(templates)

    def address(self, *, state: str, back: str) -> str:
        """Where the browser is sent: the page with state, the way back and the templates."""
        asked = {"state": state, "return": back, "templates": ",".join(self._kinds)}
        return f"{self._page}{'&' if '?' in self._page else '?'}{urlencode(asked)}"

    def exchange(self, code: str) -> Consented:
        """What a code stands for, once. Raises RefusedError, UnavailableError."""
        answer = self.ask("/subscribe/exchange", {"code": code})
        try:
            accepted = [str(each) for each in answer["accepted"]]
            return Consented(str(answer["openid"])[:64], tuple(self._kinds[x] for x in accepted if x in self._kinds))
        except (KeyError, TypeError) as error:
            raise UnavailableError("the gateway's answer is not that of the protocol") from error


def read_receipts(answer: Any) -> list[Receipt]:
    """The receipts of an answer, or of a call to us: {"receipts": [{"key", "state", "code"}]}. Raises ValueError."""
    try:
        listed = answer["receipts"]
        return [Receipt(str(each["key"]), Fate(each["state"]), str(each.get("code", ""))[:80]) for each in listed]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("these are no receipts") from error


def _taken(answer: Any) -> str:
    if isinstance(answer, dict) and isinstance(answer.get("id"), str):
        return str(answer["id"])[:80]
    raise UnavailableError("the gateway's answer names no id")


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["code"])[:80]
    except (ValueError, KeyError, TypeError):
        return "refused"
