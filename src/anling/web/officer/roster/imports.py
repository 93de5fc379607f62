"""Roster files: upload, what each would change, apply or discard."""

from __future__ import annotations

from contextlib import ExitStack
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from anling.access.bodies import takes
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.access.taking_out import note_taken_out
from anling.audit import scope
from anling.feeds import roster_import
from anling.roster import operations, queries
from anling.roster.errors import RosterError
from anling.web.labels import REJECTIONS, label
from anling.web.officer.spreadsheets import formats_for
from anling.web.officer.tables import Columns, page_of
from anling.web.officer.words.feed_words import rejection

LISTS = {"rejected", "gone"}
COLUMNS: Columns = {
    "file": ("file_name",), "state": ("state",), "received": ("received_at",), "by": ("received_label",),
    "added": ("counts__added",), "changed": ("counts__changed",), "rejected": ("counts__rejected",),
}  # fmt: skip


class UploadForm(forms.Form):
    """One roster file."""

    file = forms.FileField(
        label=gettext_lazy("Roster file"), help_text=gettext_lazy("CSV, XLSX or Parquet, one row per benefit.")
    )

    def clean_file(self) -> UploadedFile:
        """The file, unless it is larger than the server takes."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // 1_000_000
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB; split it by city, or use anling import roster.")
                % {"limit": limit}
            )
        return file


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


@allow(Act.IMPORT)
@takes(settings.UPLOAD_LIMIT)
def imports(request: OfficerRequest) -> HttpResponse:
    """All imports of the region, and the place to upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        received = roster_import.receive_upload(
            file_name=file.name, chunks=file.chunks(), home=settings.HOME, by=request.actor, at=timezone.now(),
            within=scope.current(),
        )  # fmt: skip
        return redirect("office:import", received.pk)
    page = page_of(request, queries.imports(), COLUMNS)
    values = {"form": form, "page": page, "formats": formats_for(request)}
    return render(request, "officer/imports/list.html", values)


def _found(key: int) -> Any:
    found = queries.roster_import(key)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, key: int, form: ReasonForm, *, part: bool = False) -> HttpResponse:
    found = _found(key)
    waiting = found.state == "received" or (found.state == "checked" and not found.total and found.counts.get("rows"))
    done, total = (found.done, found.total) if found.state == "received" else queries.applied_so_far(key)
    share = 100 * done // total if total else 0
    values = {"import": found, "form": form, "waiting": waiting, "share": share, "done": done, "total": total,
              "reasons": _reasons(found)}  # fmt: skip
    return render(request, "officer/imports/state.html" if part else "officer/imports/import.html", values)


def _reasons(found: Any) -> list[tuple[str, int]]:
    """Why rows are rejected, in words, with how many."""
    told = found.details.get("reasons", {})
    return [(label(code, "rejection") if code in REJECTIONS else rejection(code), rows) for code, rows in told.items()]


@allow(Act.IMPORT)
def one(request: HttpRequest, key: int) -> HttpResponse:
    """One import: how far it is, what it would change, and the choice."""
    return _shown(request, key, ReasonForm())


@allow(Act.IMPORT)
def progress(request: HttpRequest, key: int) -> HttpResponse:
    """The part of the page that says how far it is; asked for every two seconds while there is work."""
    return _shown(request, key, ReasonForm(), part=True)


@allow(Act.IMPORT)
@require_POST
def apply(request: OfficerRequest, key: int) -> HttpResponse:
    """Have a checked file applied, with a reason."""
    return _decided(request, key, apply_it=True)


@allow(Act.IMPORT)
@require_POST
def discard(request: OfficerRequest, key: int) -> HttpResponse:
    """Put a checked file away, with a reason."""
    return _decided(request, key, apply_it=False)


def _decided(request: OfficerRequest, key: int, *, apply_it: bool) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, key, form)
    reason = form.cleaned_data["reason"]
    _found(key)
    try:
        if apply_it:
            roster_import.apply_later(key=key, by=request.actor, reason=reason)
        else:
            operations.discard(key=key, by=request.actor, at=timezone.now(), reason=reason)
    except RosterError as error:
        messages.error(request, str(error))
    return redirect("office:import", key)


@allow(Act.IMPORT)
@require_POST
def download(request: OfficerRequest, key: int, name: str) -> FileResponse:
    """The rejected rows, or the benefits that the file lacks, as CSV; their numbers name people, so it is recorded."""
    found = _found(key)
    path = Path(roster_import.folder_of(settings.HOME, key)) / f"{name}.csv"
    if name not in LISTS or not path.is_file():
        raise Http404
    with ExitStack() as handed_out:
        file = handed_out.enter_context(path.open("rb"))
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        note_taken_out(
            what="rosterimport", key=str(key), filters={"list": name, "format": "csv"}, rows=found.counts.get(name, 0),
            content_hash=digest, by=request.actor, at=timezone.now(),
        )  # fmt: skip
        handed_out.pop_all()  # what is not recorded is not handed out
    return FileResponse(file, as_attachment=True, filename=f"{name}-{key}.csv")
