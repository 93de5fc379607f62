"""What sends messages, as this room sees it: it takes a message under our key, and says later what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

WRONG_NUMBER = "wrong_number"
NO_CONSENT = "no_consent"
"""WeChat knows of no consent of the person to this message, whatever we have counted."""


class Fate(StrEnum):
    """What a gateway says of a message: still under way, arrived, or never to arrive."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. key: ours, lasting; a gateway that has taken it takes it a second time without sending it again.

    to: a telephone number, or the identifier under which WeChat knows the person. kind and fields are for WeChat alone.
    """

    key: str
    to: str
    text: str
    kind: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message of a key. code: why it did not arrive, such as wrong_number."""

    key: str
    fate: Fate
    code: str = ""


class RefusedError(Exception):
    """The gateway will never send this message. code: why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnavailableError(Exception):
    """The gateway did not take the message now, or it is not known whether it did; the same key may be tried again."""


class Gateway(Protocol):
    """Sends messages through one channel."""

    def send(self, message: Message) -> str:
        """Take a message; returns the name under which the gateway knows it. Raises RefusedError, UnavailableError."""

    def receipts(self, keys: Sequence[str]) -> Sequence[Receipt]:
        """What became of messages; nothing of keys that the gateway does not know. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class Consented:
    """What somebody agreed to in WeChat: the kinds of notice, maybe none; open_id: under which WeChat knows them."""

    open_id: str
    kinds: tuple[str, ...]


class ConsentDesk(Protocol):
    """Where a person agrees in WeChat, each time to one message of each kind."""

    kinds: tuple[str, ...]
    """The kinds for which the account has a template."""

    def address(self, *, state: str, back: str) -> str:
        """Where the person's browser is sent; it comes back to `back` with the state and a code."""

    def exchange(self, code: str) -> Consented:
        """What a code stands for, once. Raises RefusedError for one that is unknown or used, UnavailableError."""
