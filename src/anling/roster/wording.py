"""What the states of an import and the fields of the roster are called: refusals and pages use the same words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

IMPORT_STATES = {
    "received": pgettext_lazy("roster import", "Received, being compared"),
    "checked": pgettext_lazy("roster import", "Compared, not applied"),
    "applied": pgettext_lazy("roster import", "Applied"),
    "discarded": pgettext_lazy("roster import", "Discarded"),
    "failed": _("Failed"),
}
REGIONS = ("region", "residence_region")
"""Fields that hold the code of a region."""
FIELDS = {
    "benefit_no": _("Number of the benefit"),
    "person_no": _("Number of the person"),
    "agency": _("Agency"),
    "scheme": _("Scheme"),
    "region": _("Paying region"),
    "residence_region": _("Region of residence"),
    "unit": _("Unit"),
    "application_month": _("Month of application"),
    "approval_month": _("Month of approval"),
    "benefit_start": _("Paid since"),
    "last_pass_month": _("Last pass"),
    "pay_status": _("Status"),
    "suspend_reason": _("Why pay stopped"),
    "monthly_amount": _("Yuan a month"),
    "phone": _("Phone"),
    "address": _("Address"),
    "id_type": _("Kind of document"),
    "id_number": _("Identity number"),
    "name": _("Name"),
    "sex": _("Sex"),
    "birth_date": _("Born"),
    "language": _("Language of notices"),
    "merged_into": _("Merged into"),
}
