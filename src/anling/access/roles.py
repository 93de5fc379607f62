"""Roles and what each allows: the table of platform.md, as data that pages, API, commands and tests all read."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an officer is granted, in one region and for a time."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    VISITOR = "visitor"
    OUTLET_OPERATOR = "outlet_operator"
    UNIT_CONTACT = "unit_contact"
    SUPERVISOR = "supervisor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"


ROLES = {
    Role.CLERK: _("Clerk"),
    Role.REVIEWER: _("Reviewer"),
    Role.VISITOR: _("Visitor"),
    Role.OUTLET_OPERATOR: _("Outlet operator"),
    Role.UNIT_CONTACT: _("Unit contact"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.SYSTEM_ADMINISTRATOR: _("System administrator"),
    Role.SECURITY_ADMINISTRATOR: _("Security administrator"),
    Role.AUDIT_ADMINISTRATOR: _("Audit administrator"),
}
"""What roles are called."""


class Act(StrEnum):
    """What may be allowed. Verbs of later rooms are added here with the roles that have them."""

    LOOK = "look"
    LOOK_BEHIND = "look_behind"
    """See the people behind a figure, for a reason that is recorded."""
    REVEAL = "reveal"
    IMPORT = "import"
    CORRECT = "correct"
    RUN_COMPARISON = "run_comparison"
    EXPORT_LISTS = "export_lists"
    RECORD_PASS = "record_pass"
    REVOKE_PASS = "revoke_pass"
    WORK_CASES = "work_cases"
    APPROVE_FINDINGS = "approve_findings"
    SIGN_PAY = "sign_pay"
    APPROVE_PAY = "approve_pay"
    CHARGE_FRAUD = "charge_fraud"
    SERVE_COUNTER = "serve_counter"
    ANSWER_PACKAGES = "answer_packages"
    MAKE_VISITS = "make_visits"
    SEE_FIGURES = "see_figures"
    ADMINISTER_SYSTEM = "administer_system"
    ADMINISTER_ACCESS = "administer_access"
    READ_TRAIL = "read_trail"


_CLERK = {
    Act.LOOK, Act.REVEAL, Act.IMPORT, Act.CORRECT, Act.RUN_COMPARISON, Act.EXPORT_LISTS, Act.RECORD_PASS,
    Act.REVOKE_PASS, Act.WORK_CASES, Act.SIGN_PAY,
}  # fmt: skip

ACTS: dict[Role, frozenset[Act]] = {
    Role.CLERK: frozenset(_CLERK),
    Role.REVIEWER: frozenset(
        {Act.LOOK, Act.REVEAL, Act.EXPORT_LISTS, Act.APPROVE_FINDINGS, Act.APPROVE_PAY, Act.CHARGE_FRAUD}
    ),
    Role.VISITOR: frozenset({Act.MAKE_VISITS}),
    Role.OUTLET_OPERATOR: frozenset({Act.SERVE_COUNTER}),
    Role.UNIT_CONTACT: frozenset({Act.ANSWER_PACKAGES}),
    Role.SUPERVISOR: frozenset({Act.SEE_FIGURES, Act.LOOK_BEHIND, Act.REVEAL}),
    Role.SYSTEM_ADMINISTRATOR: frozenset({Act.ADMINISTER_SYSTEM}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Act.ADMINISTER_ACCESS}),
    Role.AUDIT_ADMINISTRATOR: frozenset({Act.READ_TRAIL}),
}

WITHOUT_REGION = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})
"""Roles that see no personal data: they are granted without a region, and their requests run without a scope."""
