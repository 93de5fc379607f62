"""The forms of cases: what the work list is asked for, and what an officer says of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.casework.losses import EVENTS as LOSS_EVENTS
from anling.casework.queries import MINE, NOBODY, SORTABLE, Wanted
from anling.rules.evidence import Reason
from anling.web.officer.words import case_words as words
from anling.web.officer.words.pay_words import EVENTS
from anling.web.officer.words.wording import reason_names

_DAY = {"type": "date"}
_ROWS = {"rows": 2}
_REGION = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
_ABOUT_LISTS = {"eligible", "none", "life_p1", "life_p2", "life_p3x3"}


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day as browsers ask for one."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), required=False, **more
    )  # fmt: skip


class CaseFilter(forms.Form):
    """What the work list is asked for; it stays in the address."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("List"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    region = forms.RegexField(_REGION, label=_("Region or village"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    assignee = forms.ChoiceField(label=_("In whose hands"), required=False)
    due_by = day_field(_("Due by"))
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], workers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        anything = ("", gettext("All"))
        codes = [each.value for each in Reason if each.value not in _ABOUT_LISTS]
        choices: dict[str, list[tuple[str, Any]]] = {
            "state": [("", gettext("Not closed")), *words.STATES.items()],
            "kind": [anything, *words.KINDS.items()],
            "reason": [anything, *((code, reason_names([code])[0]) for code in codes)],
            "assignee": [anything, (MINE, gettext("Mine")), (NOBODY, gettext("Nobody's")), *workers],
        }
        for name, offered in choices.items():
            cast("forms.ChoiceField", self.fields[name]).choices = offered

    def wanted(self) -> Wanted:
        """The filters that make sense; the others are left out."""
        self.is_valid()
        given = self.cleaned_data
        sort = str(given.get("sort") or "")
        texts = {name: given.get(name) or "" for name in ("kind", "reason", "region", "unit", "assignee")}
        return Wanted(
            **texts, state=given.get("state") or "active", due_by=given.get("due_by"),
            overdue=bool(given.get("overdue")), sort=sort if sort.removeprefix("-") in SORTABLE else "",
        )  # fmt: skip


class GiveForm(forms.Form):
    """To whom a case goes, and why."""

    to = forms.ChoiceField(label=_("Give to"))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, workers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["to"]).choices = list(workers)


class AttemptForm(forms.Form):
    """How somebody tried to reach the person."""

    way = forms.ChoiceField(label=_("How it was tried"), choices=words.WAYS_OF_ATTEMPT.items())
    result = forms.ChoiceField(label=_("What came of it"), choices=words.RESULTS.items())
    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs=_ROWS))

    @classmethod
    def fresh(cls, now: datetime) -> AttemptForm:
        """For an attempt just made."""
        return cls(auto_id="attempt_%s", initial={"at": timezone.localtime(now)})


class DocumentForm(forms.Form):
    """A file to be kept with the case."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, JPEG or PNG, 10 MB at most; it is kept encrypted."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )  # fmt: skip


class FindingForm(forms.Form):
    """What was found."""

    outcome = forms.ChoiceField(label=_("What was found"))
    event = forms.ChoiceField(
        label=_("Of a loss: what it is"), required=False,
        help_text=_("Where a paper says more; the second officer approves it as you say it, or returns it."),
    )  # fmt: skip
    day = day_field(_("Day"), help_text=_("Of death, of custody, since when missing, or when seen alive."))
    until = day_field(_("End of the term"), help_text=_("Of custody, where known."))
    way = forms.ChoiceField(label=_("Checked how (alive)"), required=False)
    benefits = forms.MultipleChoiceField(
        label=_("Benefits concerned"), required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    note = forms.CharField(
        label=_("On what it rests"), max_length=1000, required=False, widget=forms.Textarea(attrs=_ROWS)
    )  # fmt: skip

    def __init__(self, *args: Any, benefits: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(benefits)
        found = [(code, name) for code, name in words.OUTCOMES.items() if code != "off_list"]
        cast("forms.ChoiceField", self.fields["outcome"]).choices = [("", gettext("Choose …")), *found]
        kinds = [(kind.value, EVENTS[kind.value]) for each in LOSS_EVENTS.values() for kind in each if len(each) > 1]
        usual = gettext("As usual: died; detained, or with an end of the term in prison")
        cast("forms.ChoiceField", self.fields["event"]).choices = [("", usual), *kinds]
        cast("forms.ChoiceField", self.fields["way"]).choices = [("", "—"), *words.WAYS_OF_PASS.items()]
        cast("forms.MultipleChoiceField", self.fields["benefits"]).choices = offered
        if len(offered) < 2:
            del self.fields["benefits"]


class DecideForm(forms.Form):
    """What a second officer says."""

    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs=_ROWS))


class AppealForm(forms.Form):
    """What somebody contests."""

    way = forms.ChoiceField(
        label=_("How it came"), choices=[(way, name) for way, name in words.WAYS_OF_APPEAL.items() if way != "page"]
    )  # fmt: skip
    hold = forms.ChoiceField(label=_("Against what"), required=False)
    text = forms.CharField(
        label=_("What is contested, in the person's own words"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    contact = forms.CharField(label=_("Where the answer goes"), required=False, max_length=60)

    def __init__(self, *args: Any, holds: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(dict(holds).items())
        cast("forms.ChoiceField", self.fields["hold"]).choices = offered
        if len(offered) < 2:
            del self.fields["hold"]


class AnswerForm(forms.Form):
    """How an appeal is decided."""

    upheld = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("yes", _("Upheld: the case stays open for a new finding")),
                 ("no", _("Dismissed: the case closes as it was"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Answer to the person, with its reasons"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class ReportForm(forms.Form):
    """What was reported of a person."""

    region = forms.ChoiceField(label=_("Paying region"))
    kind = forms.ChoiceField(
        label=_("Why"), choices=[(kind, words.KINDS[kind]) for kind in ("report", "no_base")]
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was reported, and by whom"), max_length=500, required=False, widget=forms.Textarea(attrs=_ROWS)
    )

    def __init__(self, *args: Any, regions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["region"]).choices = list(regions)
