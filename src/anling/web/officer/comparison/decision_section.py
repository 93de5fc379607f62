"""The part of a person's page that tells what was decided, on which records, and what it does to the clock."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from anling.comparison import queries
from anling.web.officer.words.wording import COLOURS, list_name, said, scheme_name

TEMPLATE = "officer/people/decisions.html"


def decisions(request: HttpRequest, person: Any) -> tuple[str, dict[str, Any]]:
    """The section of a person (roster.queries): its template and variables, within the scope of the request."""
    del request
    now, earlier = queries.decisions_of(person.pk)
    return TEMPLATE, {
        "decided": [decided_row(each) for each in now],
        "earlier": [
            {"it": each, "list": list_name(each.list), "colour": COLOURS[each.list],
             "reasons": [said(reason) for reason in each.reasons]}
            for each in earlier
        ],
    }  # fmt: skip


def decided_row(each: queries.Decided) -> dict[str, Any]:
    """The newest decision on a benefit, with its records, in the language of the page."""
    return {
        "it": each, "list": list_name(each.list), "colour": COLOURS[each.list], "scheme": scheme_name(each.scheme),
        "reasons": [said(reason) for reason in each.reasons], "sentence": said(each.sentence),
        "deciding": [_record(shown) for shown in each.deciding],
        "others": [_record(shown) for shown in each.others],
    }  # fmt: skip


def _record(shown: Any) -> dict[str, Any]:
    return {
        "it": shown,
        "said": said(shown.said),
        "identity": said(shown.identity),
        "why_not": said(shown.why_not) if shown.why_not else "",
    }
