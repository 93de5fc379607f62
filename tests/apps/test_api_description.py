"""The description of the API is complete, and every answer is as it says (issue B, "API")."""

import re

import pytest

from tests.support.client import caller, read, web
from tests.support.furnished import furnish
from tests.support.questions import ask, operations

EXAMPLES = 8


@pytest.mark.usefixtures("flushed")
def test_every_operation_answers_as_described_whatever_is_asked() -> None:
    known, ours = furnish(), caller(per_minute=1_000_000)
    asked = {operation.label: ask(operation, ours, EXAMPLES, known) for operation in operations()}
    assert len(asked) >= 29
    assert [label for label, told in asked.items() if not told.with_rows] == []


@pytest.mark.usefixtures("db")
def test_every_parameter_field_and_operation_is_described() -> None:
    description = read(web().get("/api/v1/openapi.json"))
    for path, methods in description["paths"].items():
        for told in methods.values():
            assert told["summary"], path
            assert told["description"], path
            assert told["security"], path
            assert {"401", "403", "429", "500"} <= set(told["responses"]), path
            assert all(parameter["description"] for parameter in told["parameters"]), path
    for name, shape in description["components"]["schemas"].items():
        assert shape["description"], name


@pytest.mark.usefixtures("db")
def test_the_page_of_the_description_needs_nothing_of_others_and_explains_every_operation_and_problem() -> None:
    page = web().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert not re.findall(r"<script|<style|style=|https?://|onclick", text)
    description = read(web().get("/api/v1/openapi.json"))
    for path, methods in description["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in text
    targets, anchors = re.findall(r'href="#([^"]+)"', text), re.findall(r'id="([^"]+)"', text)
    assert set(targets) <= set(anchors)
    assert "problem-too-many" in anchors
