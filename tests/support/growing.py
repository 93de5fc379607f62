"""An office whose every list grows: for tests of what a page costs with few rows and with many."""

from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.urls import reverse
from procrastinate.contrib.django import app

from anling.access.roles import Role
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.casework import documents
from anling.casework.models import Attempt, Case
from anling.casework.models import Finding as Verdict
from anling.comparison.models import State
from anling.feeds.models import Batch
from anling.notices import letters
from anling.passes.models import Way
from anling.passes.operations import record_pass
from anling.passes.recording import Origin
from anling.payment.forecasts.forecasting import forecast
from anling.payment.models import LineState, Mismatch, PayFact, PayLine, PayRun, Recovery, RunState
from anling.roster.models import Benefit, Finding, FindingKind
from anling.rules.months import Month
from anling.territory.models import Agency, Outlet, Unit
from tests.support import case_holdings, client, holdings, holdings_pay, notices_held
from tests.support.client import NUMBER, person
from tests.support.listings import Listed, listing
from tests.support.pay import HERE, REGION, PayOffice, on
from tests.support.platform import NOW, officer

FEED = "police_death"
_PLACES: tuple[type[Unit | Outlet | Agency], ...] = (Unit, Outlet, Agency)
_FIRST = Month.of(2000, 1)


@dataclass
class GrowingOffice:
    """Somebody with everything, a case, a pay run and two comparisons, to which `grow` adds rows of every kind."""

    office: PayOffice = field(default_factory=PayOffice)
    numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        """What stays the same, so that a page of one thing is asked for the same thing again."""
        self.person = person(NUMBER, REGION, monthly_amount="100.00")
        self.case = self._case(person(NUMBER, REGION))
        self.payrun = holdings_pay.payrun(REGION, RunState.EXPORTED)
        self.finding = self._found_dead()
        with within(HERE):
            PayRun.objects.filter(pk=self.payrun.pk).update(file_sha256="0" * 64)
            by = self.office.clerk
            self.document = documents.attach(case=self.case.pk, name="a.png", content=case_holdings.PNG, by=by, at=NOW)
        self.batch = holdings.batch(self.office.clerk)
        self.recovery = holdings_pay.recovery(REGION)
        self.notice = notices_held.notice(notices_held.benefit(REGION), by=self.office.clerk)
        self.letters = notices_held.batch(REGION)
        self.officer = officer("looked-at", Role.CLERK, "4401")
        self.client = client.system("4402")
        for kind in _PLACES:
            kind.objects.create(code="P0", name="某处", region_id=REGION)
        with within(HERE):
            self.benefit = Benefit.objects.get(person=self.person)

    def grow(self, times: int) -> None:
        """So many more of everything, and comparisons that list so many more people."""
        listed = []
        for _ in range(times):
            key = person(NUMBER, REGION, monthly_amount="100.00")
            listed.append(Listed(key))
            with within(HERE):
                self._of_a_person(next(self.numbers), Benefit.objects.get(person=key))
            self._of_the_office(next(self.numbers))
            self._of_the_system(next(self.numbers))
        self.runs = [listing(*listed, region=REGION) for _ in range(2)]
        for _ in range(times):
            self.office.warned(self.office.benefit())
        forecast(region=REGION, by=self.office.clerk, at=on(6))

    def _of_a_person(self, number: int, new: Benefit) -> None:
        by = self.office.clerk
        for benefit in (new, self.benefit):
            record_pass(
                benefits=[benefit], month=Month.of_date(NOW.date()), shown_at=NOW,
                origin=Origin(Way.OUTLET, f"grown:{number}:{benefit.pk}"), by=by, at=NOW,
            )  # fmt: skip
            Recovery.objects.create(
                state=Recovery.State.SETTLED, benefit=benefit, person_id=benefit.person_id, region=REGION,
                from_month=date(2026, 5, 1),
                to_month=date(2026, 5, 1), overpaid="100.00", source=f"grown:{number}", opened_at=NOW,
            )  # fmt: skip
            notices_held.notice(benefit, about=f"2026-08:{number}", by=by)
            Finding.objects.create(
                kind=FindingKind.UNIT_MISSING, region=REGION, person_id=benefit.person_id, found_at=NOW
            )
        run = self._run_of_pay(number)
        for place, benefit in ((run, self.benefit), (self.payrun, new)):
            PayLine.objects.create(
                run=place, benefit=benefit, person_id=benefit.person_id, region=REGION, scheme=benefit.scheme,
                action="stop", state=LineState.APPROVED, reason="not_certified", from_month=date(2026, 6, 1),
            )  # fmt: skip
        Mismatch.objects.create(kind="pay_status", region=REGION, benefit=new, run=self.payrun, at=NOW)
        PayFact.objects.create(
            benefit=self.recovery.benefit, region=REGION, ref=f"recovered:{number}", what="recovered", month=None,
            day=NOW.date(), amount="0.01", reason="order", source=f"recovery:{self.recovery.pk}", at=NOW,
            doer=by.key, doer_label=by.label,
        )  # fmt: skip

    def _case(self, key: int) -> Case:
        """Opened by no run, since taking one over closes what it does not list."""
        with within(HERE):
            return Case.objects.create(
                person_id=key, region=REGION, benefits=[], kind="to_verify", reasons="death single_source",
                evidence=[["civil_cremation", "2026-06", "c1"]], opened_at=NOW, due=NOW.date(),
            )  # fmt: skip

    def _found_dead(self) -> Verdict:
        found = self._case(person(NUMBER, REGION))
        with within(HERE):
            return Verdict.objects.create(
                case=found, person_id=found.person_id, region=REGION, outcome="dead", day=date(2026, 5, 10),
                benefits=[], note="the register says so", at=NOW, doer="officer:0", doer_label="test", state="pending",
            )  # fmt: skip

    def _run_of_pay(self, number: int) -> PayRun:
        return PayRun.objects.create(
            region=REGION, month=(_FIRST + number).first_day, state=RunState.CLOSED, cutoff=NOW, proposed_at=NOW,
            policy_version="test", proposer="officer:0", proposer_label="test", counts={"lines": []},
        )  # fmt: skip

    def _of_the_office(self, number: int) -> None:
        by = self.office.clerk
        holdings.roster_import(REGION)
        holdings.merged(REGION, by)
        holdings.run(REGION, State.DONE)
        holdings.what_if(REGION, State.DONE)
        self._found_dead()
        case_holdings.appeal(REGION, case_holdings.doer(REGION))
        notices_held.notice(notices_held.benefit(REGION, phone=""), by=by)
        with within(HERE):
            letters.take_letters(by=by, at=NOW)
            documents.attach(case=self.case.pk, name=f"{number}.png", content=case_holdings.PNG, by=by, at=NOW)
            Attempt.objects.create(
                person_id=self.case.person_id, region=REGION, case=self.case, way="phone", result="no_answer", at=NOW,
                recorded_at=NOW, doer=by.key, doer_label=by.label,
            )  # fmt: skip

    def _of_the_system(self, number: int) -> None:
        for kind in _PLACES:
            kind.objects.create(code=f"P{number}", name=f"某处{number}", region_id=REGION)
        Batch.objects.create(
            feed=FEED, batch=f"grown-{number}", state="refused", refusal="x", received_at=NOW, settled_at=NOW,
            doer=self.office.clerk.key, responsible="44",
        )  # fmt: skip
        officer(f"grown-{number}", Role.CLERK, "4401")
        client.system(f"44{number % 90 + 10}")
        app.configure_task("site.clear_old").defer(timestamp=number)

    def address(self, name: str) -> str | None:
        """The address of a page about what stays the same; None where it takes no key of ours."""
        first, second = self.runs
        two = f"first={first.pk}&second={second.pk}"
        pages: dict[str, dict[str, Any]] = {
            "office:person": {"key": self.person}, "office:person-correct": {"key": self.person},
            "office:benefit-correct": {"key": self.benefit.pk}, "office:wechat-link": {"key": self.benefit.pk},
            "office:case": {"key": self.case.pk}, "office:case_beside": {"key": self.case.pk},
            "office:case_sheet": {"key": self.case.pk}, "office:case_document": {"key": self.document.pk},
            "office:finding_lift": {"key": self.finding.pk}, "office:finding_decide": {"key": self.finding.pk},
            "office:payrun_file": {"key": self.payrun.pk, "kind": "csv"}, "office:batch": {"key": self.batch.pk},
            "office:batch_progress": {"key": self.batch.pk}, "office:feed": {"code": FEED},
            "office:notice": {"key": self.notice.pk}, "office:letter-batch": {"key": self.letters},
            "office:recovery": {"key": self.recovery.pk}, "office:officer": {"key": self.officer.pk},
            "office:client": {"key": self.client.pk},
            "office:trail_entry": {"key": Entry.objects.latest("pk").pk}, "office:help": {"page": "people"},
            "office:payrun": {"key": self.payrun.pk}, "office:payrun_progress": {"key": self.payrun.pk},
            "office:payrun_lines": {"key": self.payrun.pk}, "office:payrun_lines_export": {"key": self.payrun.pk},
            "office:payrun_act": {"key": self.payrun.pk, "act": "close"},
            "office:reveal_form": {"object_type": "person", "key": str(self.person), "field": "id_number"},
            "office:run": {"number": first.pk}, "office:run_progress": {"number": first.pk},
            "office:run_adoption": {"number": first.pk},
        }  # fmt: skip
        asked = {
            "office:run_compare": two, "office:run_moved": f"{two}&from=to_verify&to=to_verify",
            "office:unit": "code=P0", "office:outlet": "code=P0", "office:lists": f"run={first.pk}",
            "office:list_people": f"run={first.pk}", "office:people": f"q={NUMBER}", "me:places": "q=某处",
        }  # fmt: skip
        if name in pages:
            return reverse(name, kwargs=pages[name])
        return f"{reverse(name)}?{asked[name]}" if name in asked else None
