"""What of cases leaves the screen: documents, check sheets on paper, and the work list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from anling.access.bodies import takes
from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.audit.wording import Listed
from anling.casework import documents, queries
from anling.casework.documents import MOST_BYTES
from anling.casework.errors import CaseError
from anling.casework.taking_out import MOST_EXPORTED, MOST_SHEETS, note_export, note_sheets
from anling.comparison.queries.regions import region_names
from anling.roster.masking import masked
from anling.web.officer.casework.case_acts import done
from anling.web.officer.casework.case_forms import CaseFilter, DocumentForm
from anling.web.officer.casework.cases import LOOKING, chosen_keys, found_case, page_of, row
from anling.web.officer.spreadsheets import KINDS
from anling.web.officer.spreadsheets import sheet as sheet_of

_COLUMNS = (
    "case", "list", "reasons", "name", "id_number", "region", "unit", "state", "outcome", "due", "due_estimated",
    "assignee", "tries", "opened",
)  # fmt: skip


@allow(Act.WORK_CASES)
@takes(MOST_BYTES)
@require_POST
def attach(request: OfficerRequest, key: int) -> HttpResponse:
    """Keep a file with a case."""
    case = found_case(key)
    form = DocumentForm(request.POST, request.FILES, auto_id="document_%s")
    if not form.is_valid():
        return page_of(request, case, error=gettext("Choose a file first."), document=form)
    file = form.cleaned_data["file"]
    content = file.read(MOST_BYTES + 1)

    def act() -> object:
        return documents.attach(case=key, name=file.name, content=content, by=request.actor, at=timezone.now())

    return done(request, key, act, gettext("The file is kept with the case."), document=form)


@allow(*LOOKING)
@require_POST
@never_cache
def document(request: OfficerRequest, key: int) -> HttpResponse:
    """A document in clear, as a file to keep; the trail tells who read it."""
    try:
        opened = documents.read_document(document=key, by=request.actor, at=timezone.now())
    except CaseError as error:
        raise Http404(str(error)) from error
    disposition = str(content_disposition_header(True, opened.name))
    return HttpResponse(
        opened.content, content_type=opened.content_type, headers={"Content-Disposition": disposition}
    )  # fmt: skip


@allow(Act.WORK_CASES)
@require_POST
@never_cache
def sheets(request: OfficerRequest) -> HttpResponse:
    """Check sheets of the chosen cases, a page each, to be printed; the trail tells who took them."""
    cases = queries.chosen(chosen_keys(request)[:MOST_SHEETS])
    if not cases:
        messages.error(request, gettext("Choose cases in the list first."))
        return HttpResponseRedirect(reverse("office:cases"))
    return _sheets(request, cases)


@allow(Act.WORK_CASES)
@require_POST
@never_cache
def sheet(request: OfficerRequest, key: int) -> HttpResponse:
    """The check sheet of one case."""
    return _sheets(request, [found_case(key)])


def _sheets(request: OfficerRequest, cases: Sequence[object]) -> HttpResponse:
    today, of = timezone.localdate(), queries.benefits_of(cases)  # type: ignore[arg-type]
    names = region_names({case.region for case in cases})  # type: ignore[attr-defined]
    note_sheets(cases=cases, by=request.actor, at=timezone.now())  # type: ignore[arg-type]
    pages = [{**row(case, today, names), "benefits": of[case.pk]} for case in cases]  # type: ignore[attr-defined]
    return render(request, "officer/cases/sheets.html", {"pages": pages, "today": today})


@allow(*LOOKING)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The filtered work list as a file, numbers masked; taking it out is recorded."""
    form_of = request.POST.get("format", "csv")
    if form_of not in KINDS or not may(request.actor, Act.EXPORT_LISTS, str(current())):
        raise Http404(gettext("There is no such list."))
    today = timezone.localdate()
    wanted = CaseFilter(request.POST, queries.workers(str(current()), today)).wanted()
    rows = wanted.found(today, request.actor.key).select_related("person")[:MOST_EXPORTED]
    made = sheet_of(form_of, _COLUMNS, _lines(rows, today))
    note_export(wanted=wanted, rows=made.rows, content_hash=made.sha256, by=request.actor, at=timezone.now())
    return made.sent_as(f"cases-{today:%Y%m%d}")


def _lines(rows: object, today: object) -> Iterator[tuple[object, ...]]:
    for case in rows:  # type: ignore[attr-defined]
        said = row(case, today, {})
        yield (
            case.pk, said["kind"], str(Listed(said["reasons"], phrases=True)), case.person.name,
            masked("id_number", case.person.id_number), case.region, case.unit, said["state"], said["outcome"],
            case.due.isoformat(), "yes" if case.due_estimated else "", case.assignee_label, case.tries, case.opened_at,
        )  # fmt: skip
