"""Notices: what people are told, what did not arrive and needs somebody, letters to print, the words of every kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from anling.access.pages import OfficerRequest, allow
from anling.access.permissions import may
from anling.access.roles import Act
from anling.audit.scope import current
from anling.notices import letters, operations, queries
from anling.notices.configured import gateways
from anling.notices.errors import NoticeError, NotThereError
from anling.notices.samples import samples
from anling.roster.queries import page as paged
from anling.territory.queries import names_of
from anling.web.labels import CHANNELS, NOTICE_KINDS, NOTICE_STATES
from anling.web.officer.behind import people_behind
from anling.web.officer.spreadsheets import formats_for, taken_out
from anling.web.officer.tables import Columns, page_of

_ANY = ("", _("Any"))
_ROWS = {"rows": 3}
UNREACHED = "unreached"
_STATES = {UNREACHED: pgettext_lazy("notice", "Needs a person"), **NOTICE_STATES}


class NoticeFilter(forms.Form):
    """What the list is asked for; it stays in the address."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ANY, *_STATES.items()])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[_ANY, *NOTICE_KINDS.items()])
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[_ANY, *CHANNELS.items()])
    region = forms.RegexField(r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", label=_("Region"), required=False)

    def wanted(self) -> queries.Wanted:
        """The filter as the query takes it; fields that are wrong do not filter, and say so beside themselves."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name, "") for name in self.fields}
        unreached = given["state"] == UNREACHED
        return queries.Wanted(**{**given, "state": "" if unreached else given["state"], "unreached": unreached})


class ReasonForm(forms.Form):
    """Why something is done with a notice."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs=_ROWS))


class BatchForm(forms.Form):
    """What it rests on that letters arrived."""

    reason = forms.CharField(
        label=_("What it rests on"), help_text=_("Such as the list of registered mail, with its date."), max_length=500,
        widget=forms.Textarea(attrs=_ROWS),
    )  # fmt: skip


COLUMNS: Columns = {
    "kind": ("kind",), "region": ("region",), "channel": ("channel",), "state": ("state",),
    "when": ("send_after", "ended_at"),
}  # fmt: skip


@people_behind(Act.LOOK)
def notices(request: OfficerRequest) -> HttpResponse:
    """The list, first those after which somebody has to try; how many are in each state, and letters that wait."""
    form = NoticeFilter(request.GET)
    wanted = form.wanted()
    found = queries.counts()
    counts = [(state, name, found[state], found[state] == queries.COUNTED) for state, name in _STATES.items()]
    page = page_of(request, queries.notices(wanted), COLUMNS)
    values = {
        "form": form, "page": page, "regions": names_of(each.region for each in page), "counts": counts,
        "letters": queries.letters_waiting(), "silent": [CHANNELS["sms"]] if "sms" not in gateways() else [],
        "works": may(request.actor, Act.WORK_CASES, current().prefix), "formats": formats_for(request),
    }  # fmt: skip
    return render(request, "officer/notices/list.html", values)


@allow(Act.EXPORT_LISTS)
@require_POST
def export(request: OfficerRequest) -> HttpResponseBase:
    """The notices of the filter as CSV or XLSX, without their words; recorded."""
    form = NoticeFilter(request.POST)
    found = queries.notices(form.wanted())
    header = ("kind", "name", "region", "channel", "state", "send_after", "sent", "ended")
    return taken_out(request, "notices", form.cleaned_data, header, (
        (str(NOTICE_KINDS[each.kind]), each.person.name, each.region, str(CHANNELS.get(each.channel, each.channel)),
         str(NOTICE_STATES.get(each.state, each.state)),
         each.send_after, each.sent_at, each.ended_at)
        for each in found.iterator(2_000)
    ))  # fmt: skip


@people_behind(Act.LOOK, one=True)
def notice(request: OfficerRequest, key: int) -> HttpResponse:
    """One notice: its words as they were or will be sent, what became of it, and what can be done."""
    return _detail(request, key, ReasonForm())


@allow(Act.WORK_CASES)
@require_POST
def act(request: OfficerRequest, key: int) -> HttpResponse:
    """Cancel a notice that waits, mark its address as wrong, or say what became of a letter."""
    found, form = queries.notice(key), ReasonForm(request.POST)
    if found is None:
        raise Http404
    if not form.is_valid():
        return _detail(request, key, form)
    reason, by, at = form.cleaned_data["reason"], request.actor, timezone.now()
    try:
        match request.POST.get("do"):
            case "cancel":
                operations.cancel(notice=key, reason=reason, by=by, at=at)
                said = gettext("The notice will not be sent.")
            case "wrong":
                operations.mark_wrong_of(notice=key, reason=reason, by=by, at=at)
                said = gettext("Nothing more goes there until it is corrected.")
            case "arrived" | "returned" as became:
                letters.answer_letters(notices=[key], arrived=became == "arrived", reason=reason, by=by, at=at)
                said = gettext("It is written down what became of the letter.")
            case _:
                raise Http404
    except NoticeError as error:
        form.add_error("reason" if error.field == "reason" else None, str(error))
        return _detail(request, key, form)
    messages.success(request, said)
    return redirect("office:notice", key)


@allow(Act.LOOK, Act.SEE_FIGURES)
def words(request: HttpRequest) -> HttpResponse:
    """The words of every kind, scheme and language, filled with examples."""
    language = request.GET.get("language", "")
    shown = samples(language if language in ("zh-hans", "en") else "zh-hans")
    return render(request, "officer/notices/words.html", {"samples": shown, "language": language or "zh-hans"})


@allow(Act.WORK_CASES)
def letter_list(request: OfficerRequest) -> HttpResponse:
    """Letters that wait, and batches that were printed; a post takes the waiting ones."""
    if request.method == "POST":
        try:
            batch = letters.take_letters(by=request.actor, at=timezone.now())
        except NoticeError as error:
            messages.error(request, str(error))
            return redirect("office:letters")
        return redirect("office:letter-batch", batch.pk)
    values = {
        "waiting": queries.letters_waiting(), "most": letters.MOST,
        "page": paged(queries.letter_batches(), request.GET.get("page")),
    }  # fmt: skip
    return render(request, "officer/notices/letters.html", values)


@allow(Act.WORK_CASES)
def letter_batch(request: OfficerRequest, key: int) -> HttpResponse:
    """One batch: its letters, the file to print, and the word that the others arrived."""
    batch = queries.letter_batch(key)
    if batch is None:
        raise Http404
    under_way = queries.under_way(batch)
    form = BatchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = letters.answer_letters(
                notices=under_way, arrived=True, reason=form.cleaned_data["reason"], by=request.actor,
                at=timezone.now(),
            )  # fmt: skip
        except NoticeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, gettext("%(count)s letters arrived.") % {"count": told})
            return redirect("office:letter-batch", key)
    values: dict[str, Any] = {"batch": batch, "form": form, "under_way": len(under_way)}
    values["page"] = paged(queries.of_batch(batch), request.GET.get("page"))
    return render(request, "officer/notices/batch.html", values)


@allow(Act.WORK_CASES)
@require_POST
def letter_download(request: OfficerRequest, key: int) -> HttpResponse:
    """The file of a batch, to print; that it was made is recorded."""
    try:
        text = letters.letters_of(batch=key, by=request.actor, at=timezone.now())
    except NotThereError as error:
        raise Http404 from error
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="letters-{key}.html"'
    return response


def _detail(request: OfficerRequest, key: int, form: ReasonForm) -> HttpResponse:
    found = queries.notice(key)
    if found is None:
        raise Http404
    values = {
        "notice": found, "said": queries.words_of(found), "template": queries.template_of(found),
        "others": queries.siblings(found), "form": form,
        "wrong": queries.wrong_contacts(found.benefit_id), "does": _possible(request, found),
        "works": may(request.actor, Act.WORK_CASES, found.region),
    }  # fmt: skip
    return render(request, "officer/notices/notice.html", values, status=400 if form.errors else 200)


def _possible(request: OfficerRequest, found: Any) -> list[tuple[str, str]]:
    """What this officer can do with a notice now: the word that is posted, and the word of the button."""
    if not may(request.actor, Act.WORK_CASES, found.region):
        return []
    can: list[tuple[str, str]] = []
    if found.state == "queued":
        can.append(("cancel", gettext("Do not send it")))
    if found.channel == "post" and found.state == "sent":
        can += [("arrived", gettext("The letter arrived")), ("returned", gettext("The letter came back"))]
    if found.channel != "post" and found.state in ("queued", "sent", "delivered"):
        can.append(("wrong", gettext("The number is wrong")))
    return can
