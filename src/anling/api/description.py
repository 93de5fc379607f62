"""The OpenAPI document, with what the gate adds to every operation: token, limits, idempotency keys and problems."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from anling.access.client_scopes import API_SCOPES
from anling.api import repeats
from anling.api.problems import KINDS, MEDIA_TYPE, FieldError, Problem
from anling.api.scoped import Scoped
from anling.audit.wording import ENGLISH

SCHEME = "client_credentials"
EVERYWHERE = ("bad-request", "no-token", "not-allowed", "wrong-method", "invalid", "too-many", "failed", "unavailable")
WITH_BODY = ("too-large", "wrong-type")
ONLY_WRITES = ("conflict", "key-used")
_LIMITS = {
    "RateLimit-Policy": 'requests allowed a minute, such as "minute";q=600;w=60',
    "RateLimit": 'requests left and seconds until the next minute, such as "minute";r=599;t=23',
}


class Description(OpenAPISchema):
    """The document as Ninja writes it, completed."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation, with every answer that it may give."""
        details: dict[str, Any] = super().operation_details(operation)
        writes = _writes(operation)
        kinds = [*EVERYWHERE]
        kinds += ["not-found"] if "{" in operation.path else []
        kinds += WITH_BODY if "requestBody" in details else ()
        if writes:
            kinds += ONLY_WRITES
            details["parameters"].append(_key_parameter())
        for answer in details["responses"].values():
            answer["headers"] = _limits()
        for status in sorted({KINDS[kind].status for kind in kinds}):
            details["responses"][status] = _problem(status)
        for parameter in details["parameters"]:
            _without_null(parameter["schema"])
        return details

    def operation_security(self, operation: Operation) -> list[dict[str, Any]]:
        """The scope that the operation asks for."""
        return [{SCHEME: [auth.scope]} for auth in operation.auth_callbacks if isinstance(auth, Scoped)]

    def get_components(self) -> dict[str, Any]:
        """Shapes of problems, and how a client proves who it is."""
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        shape.pop("$defs", None)
        self.schemas["Problem"] = shape
        self.schemas["FieldError"] = FieldError.model_json_schema(mode="serialization")
        self.securitySchemes[SCHEME] = {
            "type": "oauth2",
            "description": "A token from /api/v1/oauth/token, in the header Authorization: Bearer.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/oauth/token",
                    "scopes": {name: scope.description for name, scope in API_SCOPES.items()},
                }
            },
        }
        components: dict[str, Any] = super().get_components()
        return components


def _writes(operation: Operation) -> bool:
    return not {"GET"} & set(operation.methods) and not operation.path.endswith("/search")


def _limits() -> dict[str, Any]:
    return {name: {"description": told, "schema": {"type": "string"}} for name, told in _LIMITS.items()}


def _problem(status: int) -> dict[str, Any]:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    with override(ENGLISH):  # one description for all, whoever asks for it first
        told = " ".join(f"{kind.title}. {kind.remedy}" for kind in kinds)
    headers = {} if status == 401 else _limits()
    if status == 429:
        headers["Retry-After"] = {"description": "seconds to wait", "schema": {"type": "integer"}}
    return {
        "description": told,
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _key_parameter() -> dict[str, Any]:
    return {
        "in": "header", "name": repeats.HEADER, "required": True,
        "description": "A key of your own for this write; the same key and body get the same answer for 48 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": repeats.LONGEST, "pattern": "^[!-~]+$"},
        "example": "6f1d4c1e-0001",
    }  # fmt: skip


def _without_null(schema: dict[str, Any]) -> None:
    """An address cannot hold null: what may be left out is simply not required."""
    choices = [choice for choice in schema.pop("anyOf", []) if choice.get("type") != "null"]
    for choice in choices:
        schema.update(choice)
    if schema.get("default", "") is None:
        del schema["default"]
