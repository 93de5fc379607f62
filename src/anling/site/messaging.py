"""How this installation sends messages, from the environment: addresses of gateways, tokens, the secret of receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from anling.site.errors import SiteError

VARIABLES = {
    "ANLING_SMS_URL": "address of the gateway for text messages; without it they wait",
    "ANLING_SMS_TOKEN": "token by which that gateway knows us",
    "ANLING_WECHAT_URL": "address of the gateway for WeChat subscription messages; without it they wait",
    "ANLING_WECHAT_TOKEN": "token by which that gateway knows us",
    "ANLING_WECHAT_CONSENT_URL": "page on which recipients agree in WeChat, as their browsers reach it",
    "ANLING_WECHAT_TEMPLATES": "kind=template for every kind of notice, with commas between",
    "ANLING_RECEIPT_SECRET": "secret by which gateways sign receipts that they call in; 32 characters or more",
    "ANLING_SENDER": "who writes: name and address of the office, as letters show it",
}
KINDS = ("warning", "result", "suspension", "restoration", "apology", "appeal", "end", "arrears", "offset")
_SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Messaging:
    """Gateways and their tokens; empty where this installation has none."""

    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    wechat_url: str = ""
    wechat_token: str = field(default="", repr=False)
    wechat_consent_url: str = ""
    wechat_templates: Mapping[str, str] = field(default_factory=dict)
    receipt_secret: str = field(default="", repr=False)
    sender: str = ""


def read_messaging(variables: Mapping[str, str]) -> Messaging:
    """The settings of messages; raises SiteError with the name of the variable that cannot be used."""
    given = {name: variables.get(name, "").strip() for name in VARIABLES}
    for channel in ("SMS", "WECHAT"):
        _address(given, f"ANLING_{channel}_URL", f"ANLING_{channel}_TOKEN")
    _address(given, "ANLING_WECHAT_CONSENT_URL", "ANLING_WECHAT_URL")
    secret = given["ANLING_RECEIPT_SECRET"]
    if secret and len(secret) < _SHORTEST_SECRET:
        raise SiteError(f"ANLING_RECEIPT_SECRET is too short; use {_SHORTEST_SECRET} characters or more.")
    templates = _templates(given["ANLING_WECHAT_TEMPLATES"])
    if given["ANLING_WECHAT_URL"] and not templates:
        raise SiteError("ANLING_WECHAT_URL needs ANLING_WECHAT_TEMPLATES too, such as warning=abc,result=def.")
    return Messaging(
        given["ANLING_SMS_URL"], given["ANLING_SMS_TOKEN"], given["ANLING_WECHAT_URL"], given["ANLING_WECHAT_TOKEN"],
        given["ANLING_WECHAT_CONSENT_URL"], templates, secret, given["ANLING_SENDER"],
    )  # fmt: skip


def _address(given: Mapping[str, str], url: str, token: str) -> None:
    if not given[url]:
        return
    parts = urlsplit(given[url])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SiteError(f"{url} is no address; write it as https://host/path.")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SiteError(f"{url} would send telephone numbers in clear; write it as https://.")
    if not given[token]:
        raise SiteError(f"{url} needs {token} too; ask the gateway's operator for it.")


def _templates(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        kind, _, template = part.partition("=")
        if kind not in KINDS or not template:
            raise SiteError(
                f"ANLING_WECHAT_TEMPLATES: {part!r} is not kind=template; kinds are {', '.join(KINDS)}."
            )  # fmt: skip
        found[kind] = template
    return found
