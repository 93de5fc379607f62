"""GET /docs and GET /openapi.json: the description for people and for machines. It tells nothing of people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import override

from anling.access.client_scopes import API_SCOPES
from anling.access.pages import open_to_all
from anling.api import problems
from anling.api.problems import KINDS, ProblemError
from anling.api.root import describe
from anling.audit.wording import ENGLISH, worded


@open_to_all
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    del request
    return JsonResponse(describe(), json_dumps_params={"ensure_ascii": False})


@open_to_all
def page(request: HttpRequest) -> HttpResponse:
    """The same as a page that needs no script and no style of others."""
    document = describe()
    shapes = document["components"]["schemas"]
    context = {
        "info": document["info"],
        "scopes": API_SCOPES,
        "operations": list(_operations(document)),
        "shapes": [_shape(name, shape) for name, shape in sorted(shapes.items())],
        "problems": KINDS,
    }
    with override(ENGLISH):
        return render(request, "api/docs.html", context)


@open_to_all
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any other path below the API."""
    del request
    return problems.answer(ProblemError("not-found", worded("The API has no such path.")))


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, details in methods.items():
            body = details.get("requestBody", {}).get("content", {})
            yield {
                "method": method.upper(), "path": path, "id": details["operationId"], "summary": details["summary"],
                "description": details.get("description", ""),
                "scope": ", ".join(scope for need in details["security"] for scope in next(iter(need.values()))),
                "parameters": [_field(p["name"], p["schema"], p["required"], p["in"]) for p in details["parameters"]],
                "body": next((_type(content["schema"]) for content in body.values()), None),
                "answers": [_answer(status, told) for status, told in details["responses"].items()],
            }  # fmt: skip


def _answer(status: int, told: dict[str, Any]) -> dict[str, Any]:
    ((media, content),) = told["content"].items()
    return {"status": status, "description": told["description"], "media": media, "type": _type(content["schema"])}


def _shape(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    required = shape.get("required", [])
    fields = [_field(field, schema, field in required) for field, schema in shape["properties"].items()]
    return {"name": name, "description": shape.get("description", ""), "fields": fields}


def _field(name: str, schema: dict[str, Any], required: bool, place: str = "") -> dict[str, Any]:
    examples = schema.get("examples") or [""]
    limits = ("minimum", "maximum", "minLength", "maxLength", "pattern", "default")
    told = ", ".join(f"{limit} {schema[limit]}" for limit in limits if schema.get(limit) is not None)
    return {
        "name": name, "type": _type(schema), "required": required, "place": place, "limits": told,
        "description": schema.get("description", ""), "example": examples[0],
    }  # fmt: skip


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema or "allOf" in schema:
        return " or ".join(_type(choice) for choice in schema.get("anyOf") or schema["allOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type") or schema.get("const", "any"))
