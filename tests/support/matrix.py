"""Who may call which address: said here by hand, so that a page that opens to more people than meant is noticed.

Every URL name has a row in EXPECTED. One that takes the key of something that lies in a region has a maker in OBJECTS
too; one whose objects lie in no region is in WITHOUT_REGION.
"""

from collections.abc import Callable

from anling.access.pages import ANYBODY, SIGNED_IN
from anling.access.revealing import revealable
from anling.access.roles import Role

CLERK, REVIEWER, SUPERVISOR = Role.CLERK, Role.REVIEWER, Role.SUPERVISOR
SECURITY, AUDIT, SYSTEM = Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR
Who = str | set[Role]

EXPECTED: dict[str, Who] = {
    "start": ANYBODY,
    "language": ANYBODY,
    "healthz": ANYBODY,
    "metrics": ANYBODY,
    "office:home": SIGNED_IN,
    "office:permit": SIGNED_IN,
    "office:help": SIGNED_IN,
    "office:system": {SYSTEM},
    "office:job-again": {SYSTEM},
    "office:feeds": {CLERK, REVIEWER, SUPERVISOR},
    "office:feed": {CLERK, REVIEWER, SUPERVISOR},
    "office:feed_upload": {CLERK},
    "office:batch": {CLERK, REVIEWER, SUPERVISOR},
    "office:batch_progress": {CLERK, REVIEWER, SUPERVISOR},
    "office:batch_quarantine": {CLERK},
    "office:trail": {AUDIT},
    "office:trail_entry": {AUDIT},
    "office:trail_state": {AUDIT},
    "office:trail_verify": {AUDIT},
    "office:trail_export": {AUDIT},
    "office:officers": {SECURITY},
    "office:officer_add": {SECURITY},
    "office:officer": {SECURITY},
    "office:clients": {SECURITY},
    "office:client_add": {SECURITY},
    "office:client": {SECURITY},
    "office:reveal_form": {CLERK, REVIEWER, SUPERVISOR},
    "office:reveal": {CLERK, REVIEWER, SUPERVISOR},
}

LIBRARIES = ("account_", "mfa_", "usersessions_", "oauth2_provider:", "api-")
"""Beginnings of names whose views are a library's, or the API's, which asks for a token; they have their own tests."""

WITHOUT_REGION = {
    "office:help", "office:job-again", "office:feed", "office:batch", "office:batch_progress", "office:batch_quarantine", "office:trail_entry", "office:officer", "office:client",
    "office:reveal_form",  # shows no object, only the question why
}  # fmt: skip

Maker = Callable[[str], tuple[dict[str, object], dict[str, str]]]
"""From a region to the arguments of the address of an object there, and what is posted to it (nothing: it is read)."""


def _revealed(region: str) -> tuple[dict[str, object], dict[str, str]]:
    revealable("test", "region", lambda key: ("clear", key))
    return {"object_type": "test", "key": region, "field": "region"}, {"reason": "call them back"}


OBJECTS: dict[str, Maker] = {"office:reveal": _revealed}
