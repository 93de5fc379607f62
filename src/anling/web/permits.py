"""Roles and permits as people say them."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anling.access.roles import Role
from anling.audit.values import Permit

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


def permit_name(permit: Permit) -> str:
    """A permit as people say it: the role, and the region where it has one."""
    role = str(ROLES[Role(permit.role)])
    if permit.scope is None:
        return role
    return gettext("%(role)s · region %(region)s") % {"role": role, "region": permit.scope}
