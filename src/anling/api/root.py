"""The API as a whole: its operations, its errors, and its own description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from anling.access.errors import NotAllowedError
from anling.api import (
    agencies,
    benefits,
    cases,
    feeds,
    notices,
    outlets,
    passes,
    payruns,
    people,
    problems,
    regions,
    runs,
    units,
)  # fmt: skip
from anling.api.description import Description
from anling.api.gate import as_problem, guarded
from anling.api.problems import FieldError, ProblemError
from anling.audit.wording import worded
from anling.territory.errors import TerritoryError

PREFIX = "/api/v1"

api = NinjaAPI(
    title="Anling 安领", version="1", urls_namespace="api", docs_url=None, openapi_url=None,
    description=(
        "Eligibility certification of pension recipients, for other systems. Times are RFC 3339, months YYYY-MM, money "
        "is decimal text in yuan, regions are statistical codes. A client sees its own region and what lies below."
    ),
)  # fmt: skip
api.add_router("/regions", regions.router)
api.add_router("/agencies", agencies.router)
api.add_router("/units", units.router)
api.add_router("/outlets", outlets.router)
api.add_router("/people", people.router)
api.add_router("/benefits", benefits.router)
api.add_router("/passes", passes.router)
api.add_router("/runs", runs.router)
api.add_router("/cases", cases.router)
api.add_router("/pay-runs", payruns.router)
api.add_router("/notices", notices.router)
api.add_router("", feeds.router)


MISTAKES = {
    "missing": _("Field required"),
    "extra_forbidden": _("There is no such field"),
    "int_parsing": _("A whole number is expected"),
    "int_type": _("A whole number is expected"),
    "bool_parsing": _("true or false is expected"),
    "string_type": _("A text is expected"),
    "string_too_long": _("At most %(max_length)s characters are allowed"),
    "string_too_short": _("At least %(min_length)s characters are expected"),
    "string_pattern_mismatch": _("The text has not the shape that the description asks for"),
    "greater_than_equal": _("At least %(ge)s is expected"),
    "less_than_equal": _("At most %(le)s is allowed"),
    "literal_error": _("One of %(expected)s is expected"),
    "enum": _("One of %(expected)s is expected"),
    "date_from_datetime_parsing": _("A day of the calendar is expected, such as 2026-07-01"),
    "date_parsing": _("A day of the calendar is expected, such as 2026-07-01"),
    "datetime_from_date_parsing": _("A moment is expected, such as 2026-07-01T00:00:00+08:00"),
    "datetime_parsing": _("A moment is expected, such as 2026-07-01T00:00:00+08:00"),
    "decimal_parsing": _("A number is expected"),
    "float_parsing": _("A number is expected"),
}
"""What pydantic calls a mistake, and what a client is told of it."""


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which fields cannot be used and why; never what stood in them."""
    del request
    fields = tuple(
        FieldError(field=".".join(str(part) for part in found["loc"])[:200], message=_message(found))
        for found in error.errors
    )
    return problems.answer(ProblemError("invalid", errors=fields))


def _message(found: dict[str, Any]) -> str:
    """What is wrong with a field, in the language of the request; a kind of mistake without words here: English."""
    values = found.get("ctx") or {}
    if found["type"] == "value_error":
        return str(values.get("error") or found["msg"])
    text = MISTAKES.get(found["type"])
    return str(text) % values if text else str(found["msg"])


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What Ninja itself refuses: a body that is no JSON."""
    del request
    return problems.answer(ProblemError("bad-request" if error.status_code == 400 else "failed"))


@api.exception_handler(NotAllowedError)
def not_allowed(request: HttpRequest, error: NotAllowedError) -> HttpResponse:
    """An operation that asked for a permit and found none."""
    del request, error
    return problems.answer(ProblemError("not-allowed"))


@api.exception_handler(TerritoryError)
def not_saved(request: HttpRequest, error: TerritoryError) -> HttpResponse:
    """An operation that cannot be done as it was asked for; its sentence says why and tells nothing of people."""
    del request
    return problems.answer(ProblemError("invalid", str(error)))


@api.exception_handler(Refused)
def not_valid(request: HttpRequest, error: Refused) -> HttpResponse:
    """A field that a table cannot hold."""
    del request
    fields = tuple(
        FieldError(field=f"body.{name}", message=str(worded("cannot be stored"))) for name in sorted(error.message_dict)
    )
    return problems.answer(ProblemError("invalid", errors=fields))


@api.exception_handler(IntegrityError)
def overtaken(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """Another request has written the same row at this moment."""
    del request, error
    return problems.answer(ProblemError("conflict", worded("Another request wrote the same at this moment.")))


@api.exception_handler(Exception)
def anything_else(request: HttpRequest, error: Exception) -> HttpResponse:
    """Problems that operations raise, and failures of our own."""
    del request
    return problems.answer(as_problem(error))


def describe() -> dict[str, Any]:
    """The OpenAPI document."""
    return Description(api, PREFIX.lstrip("/"))


def routes() -> Iterator[URLPattern]:
    """Every operation behind the gate."""
    methods = {path: frozenset(method.upper() for method in found) for path, found in describe()["paths"].items()}
    for pattern in api.urls[0]:
        if not isinstance(pattern, URLPattern) or pattern.name == "api-root":
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        pattern.callback = guarded(pattern.callback, methods[f"{PREFIX}/{path}"])
        yield pattern
