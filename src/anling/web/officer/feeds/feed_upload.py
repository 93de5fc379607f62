"""The upload page: one file with its manifest, or with what the manifest would say typed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.bodies import takes
from anling.access.errors import NotAllowedError
from anling.access.pages import OfficerRequest, allow
from anling.access.roles import Act
from anling.audit.wording import heard
from anling.feeds import queries
from anling.feeds.errors import FeedsError
from anling.feeds.receiving import Delivery, Typed, receive
from anling.feeds.tasks import enqueue, rooms
from anling.web.officer.words.feed_words import label

TYPED = ("feed", "batch", "covers_from", "covers_to", "delivered_at")


class DeliveryForm(forms.Form):
    """A file, and either its manifest or the five things that a manifest says and a file does not."""

    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX, XLS or Parquet"))
    manifest = forms.FileField(
        label=_("Manifest"), required=False, help_text=_("The .json beside the file. Without one, fill in the rest.")
    )
    feed = forms.ChoiceField(label=_("Feed"), required=False)
    batch = forms.CharField(label=_("Name of the batch"), required=False, max_length=100)
    covers_from = forms.DateField(
        label=_("Covers from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    covers_to = forms.DateField(
        label=_("Covers to"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    delivered_at = forms.DateTimeField(
        label=_("Delivered at"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S"),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        feeds = rooms().policy.catalogue(timezone.localdate()).feeds.values()
        choices = [("", "—"), *((feed.code, f"{label(feed)} ({feed.code})") for feed in feeds)]
        self.fields["feed"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Without a manifest everything else has to be there, and in order."""
        found = super().clean() or {}
        if not found.get("manifest") and "manifest" not in self.errors:
            for name in TYPED:
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Fill this in, or choose the manifest of the file."))
            if not self.errors and found["covers_from"] > found["covers_to"]:
                self.add_error("covers_to", gettext("This lies before the first day covered; correct one of them."))
        return found


@allow(Act.IMPORT)
@takes(settings.UPLOAD_LIMIT)
def feed_upload(request: OfficerRequest) -> HttpResponse:
    """Hand a delivery in. What is wrong with it is said here; its rows are then read in the background."""
    corrects = _named(request, "corrects")
    if request.method != "POST":
        return _page(request, DeliveryForm(initial=_initial(request, corrects)), corrects)
    form = DeliveryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, corrects, status=422)
    with _saved(form.cleaned_data) as (data, manifest):
        delivery = Delivery(data, manifest, "page", corrects=corrects.pk if corrects else None)
        try:
            batch = receive(delivery=delivery, rooms=rooms(), by=request.actor, at=timezone.now())
        except NotAllowedError as error:
            form.add_error(None, str(error))
            return _page(request, form, corrects, status=422)
    if batch.state == "refused":
        form.add_error(None, heard(batch.refusal))
        return _page(request, form, corrects, status=422)
    enqueue(batch)
    return redirect("office:batch", batch.pk)


def _page(request: OfficerRequest, form: DeliveryForm, corrects: Any, status: int = 200) -> HttpResponse:
    return render(request, "officer/feeds/upload.html", {"form": form, "corrects": corrects}, status=status)


def _named(request: OfficerRequest, parameter: str) -> Any:
    """The delivery that a parameter of the address names, if there is one."""
    text = request.GET.get(parameter, "")
    if not text:
        return None
    try:
        return queries.batch(int(text))
    except (ValueError, FeedsError):
        raise Http404 from None


def _initial(request: OfficerRequest, corrects: Any) -> dict[str, Any]:
    """What is known already: of a delivery that is handed in again, or whose rows are put right."""
    known = corrects or _named(request, "again")
    if known is None:
        return {"feed": request.GET.get("feed", ""), "delivered_at": timezone.localtime()}
    found = {name: getattr(known, name) for name in TYPED}
    if corrects:
        found["batch"] = f"{known.batch[:85]}-corrected-{len(queries.history(known))}"
        found["delivered_at"] = timezone.localtime()
    return found


@contextmanager
def _saved(found: dict[str, Any]) -> Iterator[tuple[Path, Path | Typed]]:
    """The uploaded files in a folder of their own, for as long as they are looked at."""
    folder = rooms().home / "uploads" / uuid4().hex
    folder.mkdir(parents=True, mode=0o700)
    try:
        data = _write(folder, found["file"])
        manifest = found.get("manifest")
        beside = _write(folder, manifest, data.with_suffix(".json").name) if manifest else _typed(found)
        yield data, beside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, upload: UploadedFile, name: str = "") -> Path:
    path = folder / (name or upload.name or "delivery")
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def _typed(found: dict[str, Any]) -> Typed:
    return Typed(**{name: found[name] for name in TYPED})
