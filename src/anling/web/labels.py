"""What stored words are called on pages: the state of an import, the kind of an act, the status of pay."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anling.audit.kinds import Kind
from anling.roster.wording import FIELDS, IMPORT_STATES
from anling.rules.evidence import Sign
from anling.web.job_words import JOBS, QUEUES

SCHEMES = {"employee": _("Employee"), "resident": _("Resident")}
PAY_STATUS = {"paying": _("Paying"), "suspended": _("Suspended"), "ended": _("Ended")}
FINDING_STATES = {
    "open": pgettext_lazy("clean-up", "Open"),
    "settled": pgettext_lazy("clean-up", "Settled"),
    "gone": pgettext_lazy("clean-up", "No longer so"),
}
SIGNS: Mapping[str, Promise] = {
    Sign.LIFE: _("life"),
    Sign.DEATH: _("death"),
    Sign.CUSTODY: _("custody"),
    Sign.MISSING: _("missing person"),
    Sign.DOUBLE_BENEFIT: _("two pensions"),
    Sign.RELEASE: _("release"),
    Sign.REVOCATION: _("revocation"),
    Sign.HINT: _("hint"),
    Sign.NONE: _("proves nothing"),
}
SUSPENSIONS = {
    "no_proof_of_life": _("not certified in time"),
    "sentenced": _("serving a sentence"),
    "death": pgettext_lazy("why pay stopped", "death"),
    "joined_employee_scheme": _("joined the employee scheme"),
}
REJECTIONS: Mapping[str, str | Promise] = {
    "out_of_scope": _("Another region's benefit, outside yours: send the row to that office"),
    "benefit_elsewhere": _("Another region pays this benefit now: that office has to hand it over"),
    "too_long": _("A column is longer than the roster holds: shorten it"),
}
VALUES: Mapping[str, Mapping[str, str | Promise]] = {
    "scheme": SCHEMES,
    "pay_status": PAY_STATUS,
    "suspend_reason": SUSPENSIONS,
    "sex": {"1": _("male"), "2": _("female"), "9": _("unknown")},
    "language": dict(settings.LANGUAGES),
}
"""Fields whose values are codes, with what each means."""
NOTICE_KINDS = {
    "warning": pgettext_lazy("notice", "Warning"),
    "result": pgettext_lazy("notice", "Result"),
    "suspension": pgettext_lazy("notice", "Suspension"),
    "restoration": pgettext_lazy("notice", "Restoration"),
    "apology": pgettext_lazy("notice", "Apology"),
    "appeal": pgettext_lazy("notice", "Appeal"),
    "end": pgettext_lazy("notice", "End of pay"),
    "arrears": pgettext_lazy("notice", "Arrears"),
    "offset": pgettext_lazy("notice", "Kept back"),
}
NOTICE_STATES = {
    "undeliverable": pgettext_lazy("notice", "Did not arrive"),
    "queued": pgettext_lazy("notice", "Waits"),
    "sent": pgettext_lazy("notice", "On its way"),
    "delivered": pgettext_lazy("notice", "Arrived"),
    "cancelled": pgettext_lazy("notice", "Cancelled"),
    "overtaken": pgettext_lazy("notice", "Overtaken, not sent"),
}
CHANNELS = {"sms": _("Text message"), "wechat": _("WeChat"), "post": _("Letter")}
NOTICE_WHYS = {
    "no_address": _("neither telephone nor address on record"),
    "wrong_number": _("the number is not this person's"),
    "marked_wrong": _("an officer says that the number is wrong"),
    "unreachable": _("the telephone could not be reached"),
    "undeliverable": _("the gateway gives no reason"),
    "refused": _("the gateway refused it"),
    "no_template": _("WeChat has no template for this kind"),
    "no_receipt": _("nobody said that it arrived"),
    "gateway_down": _("the gateway did not answer for too long"),
    "returned": _("the letter came back"),
    "by_officer": _("by an officer"),
    "no_longer_due": _("no longer due"),
    "stop_undone": _("the stop was undone before it was sent"),
    "later_run": _("a later pay run made it untrue"),
    "not_in_pay": _("the benefit is no longer in pay"),
    "consent_used_up": _("no message by WeChat is allowed any more"),
    "consent_withdrawn": _("the person wants no messages by WeChat"),
    "no_consent": _("WeChat knows of no consent"),
}
ACTS: Mapping[str, Promise] = {
    Kind.SIGNED_IN: _("Signed in"),
    Kind.SIGN_IN_FAILED: _("Sign-in failed"),
    Kind.SIGNED_OUT: _("Signed out"),
    Kind.OFFICER_ADDED: _("Officer added"),
    Kind.OFFICER_CHANGED: _("Officer changed"),
    Kind.GRANT_GIVEN: _("Role given"),
    Kind.GRANT_ENDED: _("Role ended"),
    Kind.CLIENT_ADDED: _("Client system added"),
    Kind.CLIENT_CHANGED: _("Client system changed"),
    Kind.FIELD_REVEALED: _("Masked field shown"),
    Kind.PEOPLE_LOOKED_AT: _("People behind a figure looked at"),
    Kind.PASSWORD_RESET: _("Password set anew"),
    Kind.SESSION_ENDED: _("Session ended"),
    Kind.TRAIL_VERIFIED: _("Trail verified"),
    Kind.TRAIL_EXPORTED: _("Trail exported"),
    Kind.SEALING_RESUMED: _("Sealing resumed after a break"),
    Kind.TERRITORY_LOADED: _("Regions loaded"),
    Kind.UNIT_CHANGED: _("Unit changed"),
    Kind.OUTLET_CHANGED: _("Outlet changed"),
    Kind.ROSTER_CHECKED: _("Roster file compared"),
    Kind.ROSTER_APPLIED: _("Roster file applied"),
    Kind.ROSTER_DISCARDED: _("Roster file discarded"),
    Kind.PERSON_CORRECTED: _("Person corrected"),
    Kind.PEOPLE_MERGED: _("People merged"),
    Kind.MERGE_UNDONE: _("Merge undone"),
    Kind.BENEFIT_CORRECTED: _("Benefit corrected"),
    Kind.LANGUAGE_CHOSEN: _("Language of notices chosen"),
    Kind.FINDING_SETTLED: _("Finding settled"),
    Kind.FINDING_REOPENED: _("Finding opened again"),
    Kind.BATCH_RECEIVED: _("Delivery received"),
    Kind.BATCH_REFUSED: _("Delivery refused"),
    Kind.QUARANTINE_EXPORTED: _("Quarantine exported"),
    Kind.RUN_STARTED: _("Comparison started"),
    Kind.RUN_FINISHED: _("Comparison finished"),
    Kind.RUN_CANCELLED: _("Comparison cancelled"),
    Kind.WHAT_IF_ASKED: _("What-if asked"),
    Kind.WHAT_IF_FINISHED: _("What-if answered"),
    Kind.WHAT_IF_CANCELLED: _("What-if cancelled"),
    Kind.WHAT_IF_EXPORTED: _("People of a what-if exported"),
    Kind.WHAT_IF_DELETED: _("What-if deleted"),
    Kind.LIST_EXPORTED: _("List exported"),
    Kind.PASS_RECORDED: _("Pass recorded"),
    Kind.PASS_REVOKED: _("Pass revoked"),
    Kind.PASSES_ADOPTED: _("Passes taken over"),
    Kind.NOTICE_QUEUED: _("Notice queued"),
    Kind.NOTICES_QUEUED: _("Notices queued"),
    Kind.NOTICE_CANCELLED: _("Notice cancelled"),
    Kind.CONTACT_MARKED: _("Address marked as wrong"),
    Kind.LETTERS_PRINTED: _("Letters printed"),
    Kind.RUN_ADOPTED: _("Comparison taken over"),
    Kind.CASE_OPENED: _("Case opened"),
    Kind.CASE_ASSIGNED: _("Case assigned"),
    Kind.CASE_RELEASED: _("Case given back"),
    Kind.ATTEMPT_RECORDED: _("Contact attempt recorded"),
    Kind.DOCUMENT_ATTACHED: _("Document attached"),
    Kind.DOCUMENT_READ: _("Document read"),
    Kind.FINDING_MADE: _("Finding made"),
    Kind.FINDING_APPROVED: _("Finding approved"),
    Kind.FINDING_RETURNED: _("Finding returned"),
    Kind.CASE_CLOSED: _("Case closed"),
    Kind.APPEAL_RECEIVED: _("Appeal received"),
    Kind.APPEAL_DECIDED: _("Appeal decided"),
    Kind.CORRECTION_NOTICE_MADE: _("Correction notice made"),
    Kind.PAYRUN_PROPOSED: _("Pay run proposed"),
    Kind.PAYRUN_CHANGED: _("Pay run changed"),
    Kind.PAYRUN_SIGNED: _("Pay run signed"),
    Kind.PAYRUN_APPROVED: _("Pay run approved"),
    Kind.PAYRUN_RETURNED: _("Pay run returned"),
    Kind.PAYRUN_STOPPED: _("Pay run stopped"),
    Kind.PAYRUN_EXPORTED: _("Pay run exported"),
    Kind.PAYRUN_ACKNOWLEDGED: _("Pay run acknowledged"),
    Kind.PAYRUN_CLOSED: _("Pay run closed"),
    Kind.BENEFIT_ENDED: _("Benefit ended"),
    Kind.BENEFIT_SUSPENDED: _("Benefit suspended"),
    Kind.BENEFIT_RESUMED: _("Benefit resumed"),
    Kind.STOP_REVERSED: _("Wrongful stop reversed"),
    Kind.EARLIER_STOP: _("Pay withheld before our records"),
    Kind.ARREARS_DECIDED: _("Arrears decided"),
    Kind.RECOVERY_ORDERED: _("Recovery ordered"),
    Kind.RECOVERY_PLANNED: _("Order to repay proposed"),
    Kind.RECOVERY_CHARGED: _("Recovery said to be fraud"),
    Kind.MONEY_RETURNED: _("Money given back"),
    Kind.RECOVERY_RECEIVED: _("Repayment received"),
    Kind.RECOVERY_WAIVED: _("Recovery waived"),
    Kind.RECONCILED: _("Difference settled"),
    Kind.FORECAST_ASKED: _("Forecast asked for"),
    Kind.FORECAST_MADE: _("Forecast made"),
    Kind.CASES_EXPORTED: _("Cases exported"),
    Kind.SHEETS_PRINTED: _("Check sheets printed"),
    Kind.LETTER_ANSWERED: _("What became of letters"),
    Kind.SUBSCRIPTION_CHANGED: _("WeChat consent changed"),
    Kind.JOB_QUEUED_AGAIN: _("Job queued again"),
    Kind.BACKUP_MADE: _("Backup made"),
    Kind.BACKUP_RESTORED: _("Backup restored"),
}
SOURCES: Mapping[str, str | Promise] = {
    "import": _("Roster file %(what)s"),
    "correction": _("Corrected by %(what)s"),
    "choice": _("Chosen by %(what)s"),
    "payrun": _("Pay run %(what)s"),
    "merge": _("Merge %(what)s"),
    "reversal": _("Undone stop or end %(what)s"),
    "finding": _("Finding %(what)s"),
    "reconciled": _("Taken from the roster file by finding %(what)s"),
    "reopened": _("Written back by finding %(what)s"),
    "case": _("Case %(what)s"),
    "appeal": _("Appeal %(what)s"),
}
"""What changed a field of the roster, by the word before the colon."""
OBJECTS: Mapping[str, str | Promise] = {
    "agency": _("Agency"),
    "appeal": _("Appeal"),
    "appeals": _("Appeals"),
    "backup": pgettext_lazy("object", "Backup"),
    "batch": pgettext_lazy("object", "Delivery"),
    "benefit": _("Benefit"),
    "case": pgettext_lazy("object", "Case"),
    "cases": _("Cases"),
    "cleanup": _("Clean-up"),
    "clientsystem": pgettext_lazy("object", "Client system"),
    "feed": pgettext_lazy("object", "Feed"),
    "feeds": _("Feeds"),
    "finding": pgettext_lazy("object", "Finding"),
    "findings": _("Findings to approve"),
    "forecast": pgettext_lazy("object", "Forecast"),
    "job": pgettext_lazy("object", "Job"),
    "letters": _("Letters"),
    "mismatch": pgettext_lazy("object", "Difference in pay"),
    "mismatches": _("Differences"),
    "notice": pgettext_lazy("object", "Notice"),
    "notices": _("Notices"),
    "officer": pgettext_lazy("object", "Officer"),
    "officers": _("Officers"),
    "outlet": pgettext_lazy("object", "Outlet"),
    "pass": pgettext_lazy("object", "Pass"),
    "payrun": pgettext_lazy("object", "Pay run"),
    "payruns": _("Pay runs"),
    "people": _("People"),
    "person": pgettext_lazy("object", "Person"),
    "recoveries": _("Recoveries"),
    "recovery": pgettext_lazy("object", "Recovery"),
    "region": _("Region"),
    "roster": pgettext_lazy("object", "Roster"),
    "rosterimport": pgettext_lazy("object", "Roster file"),
    "run": pgettext_lazy("object", "Comparison"),
    "runs": _("Comparison runs"),
    "unit": _("Unit"),
    "units": _("Managing units"),
    "warnings": pgettext_lazy("object", "Warnings"),
}
"""What an entry of the trail is about."""
TABLES: Mapping[str, Mapping[str, str | Promise]] = {
    "scheme": SCHEMES,
    "pay_status": PAY_STATUS,
    "import_state": IMPORT_STATES,
    "finding_state": FINDING_STATES,
    "sign": SIGNS,
    "act": ACTS,
    "suspend_reason": SUSPENSIONS,
    "field": FIELDS,
    "rejection": REJECTIONS,
    "notice_kind": NOTICE_KINDS,
    "notice_state": NOTICE_STATES,
    "notice_why": NOTICE_WHYS,
    "channel": CHANNELS,
    "language": VALUES["language"],
    "object": OBJECTS,
    "job": JOBS,
    "queue": QUEUES,
}


def label(code: str, table: str) -> str:
    """A stored word in the language of the page; as it is stored where nobody has named it."""
    return str(TABLES[table].get(code, code))


def source_label(source: str) -> str:
    """What changed a field, in words; as it is stored where nobody has named its kind."""
    kind, _colon, what = source.partition(":")
    return str(SOURCES[kind]) % {"what": what} if kind in SOURCES else source


def value_label(value: str, field: str) -> str:
    """The value of a field of the roster in words, where it is a code; as it is where it is none."""
    return str(VALUES.get(field, {}).get(value, value))
