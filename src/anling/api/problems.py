"""Every error is one JSON shape, application/problem+json (RFC 9457); none repeats what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

MEDIA_TYPE = "application/problem+json"
WHERE = "/api/v1/docs#problem-"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, its title, what a client does about it, in the language of the request."""

    status: int
    title: str | Promise
    remedy: str | Promise


KINDS: dict[str, Kind] = {
    "bad-request": Kind(400, _("Bad request"), _("Send what the description of the operation asks for.")),
    "no-token": Kind(401, _("No valid token"), _("Ask for a token at /api/v1/oauth/token; it is valid for an hour.")),
    "not-allowed": Kind(403, _("Not allowed"), _("Have the security administrator grant the scope or the region.")),
    "not-found": Kind(404, _("Not found"), _("Check the path; rows of other regions are not found either.")),
    "wrong-method": Kind(405, _("Method not allowed"), _("Use a method named in the header Allow.")),
    "conflict": Kind(409, _("Conflict"), _("Ask again in a moment.")),
    "too-large": Kind(413, _("Body too large"), _("Send at most 2 MiB.")),
    "wrong-type": Kind(415, _("Unsupported media type"), _("Send application/json.")),
    "invalid": Kind(422, _("Invalid request"), _("Correct the fields named here or under errors.")),
    "key-used": Kind(422, _("Key used for another request"), _("Take a new Idempotency-Key for a new request.")),
    "too-many": Kind(429, _("Too many requests"), _("Wait for as many seconds as Retry-After says.")),
    "unavailable": Kind(503, _("The database does not answer"), _("Nothing was changed; ask again in a moment.")),
    "failed": Kind(
        500, _("The server failed"), _("Nothing was changed; ask again, then tell the system administrator.")
    ),
}
"""By the last part of the problem's `type`, which is an address in the documentation page."""


class FieldError(Schema):
    """One field that cannot be used."""

    field: str = Field(description="where it stands, from the outside in", examples=["body.id_number"])
    message: str = Field(description="what is wrong with it", examples=["Field required"])


class Problem(Schema):
    """An error as RFC 9457 describes it."""

    type: str = Field(description="address of the explanation", examples=[f"{WHERE}invalid"])
    title: str = Field(description="the kind of problem", examples=["Invalid request"])
    status: int = Field(description="HTTP status", ge=400, le=599, examples=[422])
    detail: str = Field(description="what happened here, and what to do", examples=["Correct the fields named."])
    errors: list[FieldError] = Field([], description="fields that cannot be used; empty for other problems")


class ProblemError(Exception):
    """Ends an operation with a problem; kind is a key of KINDS."""

    def __init__(self, kind: str, detail: str = "", *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.errors = kind, detail, errors


def answer(error: ProblemError, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The problem as a response."""
    kind = KINDS[error.kind]
    detail = f"{error.detail} {kind.remedy}".strip()
    shape = Problem(
        type=f"{WHERE}{error.kind}", title=str(kind.title), status=kind.status, detail=detail, errors=list(error.errors)
    )
    body = json.dumps(shape.model_dump(), ensure_ascii=False)
    response = HttpResponse(body, status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {}))
    if kind.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="anling"'
    return response
