"""The people behind a number of a what-if: page by page, printed, and as a file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.comparison.queries import PAGE
from anling.comparison.queries.regions import region_names
from anling.comparison.what_if import asking, reading
from anling.comparison.what_if.reading import MOST_PAGED
from anling.rules.numbers import shown
from anling.web.officer.behind import people_behind
from anling.web.officer.comparison.what_if_forms import PeopleForm, month_name
from anling.web.officer.comparison.what_ifs import found_what_if
from anling.web.officer.spreadsheets import KINDS, sheet
from anling.web.officer.words.wording import list_name, reason_names, scheme_name

MOST_IN_A_WORKBOOK = 200_000


@people_behind(Act.LOOK)
def what_if_people(request: OfficerRequest, key: int) -> HttpResponse:
    """The people behind a number, page by page; printed, the page is a list to work from."""
    found = _answered(key)
    form = PeopleForm(request.GET, reading.months_of(found))
    chosen = form.chosen
    lines = reading.lines_of(found, chosen)
    total = lines.count()
    page = _Counted(lines, total).get_page(request.GET.get("page", 1))
    names = region_names({each.region for each in page.object_list})
    values = {
        "what_if": found, "form": form, "page": page, "total": total, "capped": total > MOST_PAGED,
        "rows": [_row(each, names) for each in page.object_list], "formats": tuple(KINDS), "kept": _kept(chosen),
        "may_export": may(request.actor, Act.EXPORT_LISTS, found.region),
    }  # fmt: skip
    return render(request, "officer/what_ifs/people.html", values)


@allow(Act.EXPORT_LISTS)
@require_POST
def what_if_export(request: OfficerRequest, key: int) -> HttpResponseBase:
    """The people as a file; taking it out is recorded with its number of rows."""
    found, file_format = _answered(key), request.POST.get("format", "csv")
    if file_format not in KINDS:
        raise Http404(gettext("There is no such file."))
    chosen = PeopleForm(request.POST, reading.months_of(found)).chosen
    lines = reading.lines_of(found, chosen)
    total = lines.count()
    if file_format == "xlsx" and total > MOST_IN_A_WORKBOOK:
        messages.error(request, gettext("Too many rows for a workbook; narrow the list, or take it as CSV."))
        return HttpResponseRedirect(f"{reverse('office:what_if_people', args=[key])}?{urlencode(_kept(chosen))}")
    made = sheet(file_format, _header(), (_export_row(each) for each in lines.iterator(chunk_size=5_000)))
    asking.note_what_if_taken(
        what_if=found, filters={**_kept(chosen), "format": file_format}, rows=made.rows, content_hash=made.sha256,
        by=request.actor, at=timezone.now(),
    )  # fmt: skip
    return made.sent_as(f"what-if-{found.pk}")


class _Counted(Paginator):  # type: ignore[type-arg]
    """Pages over rows that are counted already, as far as anybody pages."""

    def __init__(self, rows: Any, total: int) -> None:
        super().__init__(rows, PAGE)
        self._total = total

    @cached_property
    def count(self) -> int:
        """Rows that can be paged through."""
        return min(self._total, MOST_PAGED)


def _answered(key: int) -> Any:
    found = found_what_if(key)
    if found.state != "done":
        raise Http404(gettext("This what-if has no answer."))
    return found


def _row(line: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "it": line, "number": reading.masked(line), "scheme": scheme_name(line.scheme),
        "region": names.get(line.region, line.region),
        "before": list_name(line.list_before), "after": list_name(line.list_after),
        "moved": line.list_before != line.list_after,
        "reasons_before": reason_names(line.reasons_before.split()),
        "reasons_after": reason_names(line.reasons_after.split()),
        "stop_before": month_name(line.stop_before), "stop_after": month_name(line.stop_after),
    }  # fmt: skip


def _header() -> tuple[str, ...]:
    return (
        "person_no", "benefit_no", "id_number", "name", "scheme", "region", "unit", "list_before", "list_after",
        "reasons_before", "reasons_after", "stop_before", "stop_after",
    )  # fmt: skip


def _export_row(line: Any) -> tuple[str, ...]:
    return (
        shown(line.benefit.person_no), shown(line.benefit.benefit_no), reading.masked(line), line.person.name,
        scheme_name(line.scheme), line.region, line.unit,
        *(list_name(name) for name in (line.list_before, line.list_after)),
        *("；".join(reason_names(codes.split())) for codes in (line.reasons_before, line.reasons_after)),
        *(month_name(month) for month in (line.stop_before, line.stop_after)),
    )  # fmt: skip


def _kept(chosen: reading.Chosen) -> dict[str, str]:
    return {name: "on" if value is True else value for name, value in asdict(chosen).items() if value}
