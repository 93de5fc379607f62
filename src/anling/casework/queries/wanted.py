"""Which cases are asked for: the filters of the work list, as its address holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, QuerySet, TextField, Value

from anling.audit import scope
from anling.casework.models import Case, CaseState
from anling.comparison.queries.wanted import after

MINE = "me"
NOBODY = "nobody"
SORTABLE = {
    "due": "due", "opened": "opened_at", "name": "person__pinyin", "priority": "priority", "unit": "unit",
    "region": "region", "tries": "tries",
}  # fmt: skip

_CODES = Func(F("reasons"), Value(" "), function="string_to_array", output_field=ArrayField(TextField()))
"""The codes of the reasons, each by itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; an empty one filters nothing. state: one of CaseState, or 'active' for all that are not closed.

    assignee: MINE, NOBODY, or an officer's key. region: a prefix, down to the village. due_by: that day or earlier.
    """

    kind: str = ""
    reason: str = ""
    unit: str = ""
    region: str = ""
    state: str = "active"
    assignee: str = ""
    due_by: date | None = None
    overdue: bool = False
    sort: str = ""

    @property
    def prefix(self) -> str:
        """The narrower of the asked region and the scope."""
        within = scope.current().prefix
        return self.region if self.region.startswith(within) else within

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry of the trail tells it."""
        asked = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "sort"}
        return {name: str(value) for name, value in asked.items() if value}

    def found(self, today: date, reader: str) -> QuerySet[Case]:
        """The cases, in the order asked for: else those first that press most. reader: key of the officer who asks."""
        prefix = self.prefix
        rows = Case.objects.filter(region__gte=prefix, region__lt=after(prefix))
        if self.region and not self.region.startswith(prefix) and not prefix.startswith(self.region):
            rows = rows.none()
        rows = rows.exclude(state=CaseState.CLOSED) if self.state == "active" else rows
        equal = {"kind": self.kind, "unit": self.unit, "state": self.state if self.state != "active" else ""}
        rows = rows.filter(**{name: value for name, value in equal.items() if value})
        if self.assignee:
            rows = rows.filter(assignee={MINE: reader, NOBODY: ""}.get(self.assignee, self.assignee))
        if self.due_by:
            rows = rows.filter(due__lte=self.due_by)
        if self.overdue:
            rows = rows.filter(due__lt=today).exclude(state=CaseState.CLOSED)
        if self.reason:
            rows = rows.alias(codes=_CODES).filter(codes__contains=[self.reason])
        return rows.order_by(*self._order())

    def _order(self) -> tuple[str, ...]:
        field = SORTABLE.get(self.sort.removeprefix("-"))
        if field is None:
            return ("priority", "due", "id")
        sign = "-" if self.sort.startswith("-") else ""
        return (sign + field, f"{sign}id")
