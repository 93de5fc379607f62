"""How fields of the roster are shown."""

from django import template

from anling.roster.masking import masked
from anling.web.labels import value_label

register = template.Library()


@register.filter
def mask(value: object, field: str) -> str:
    """The value of a field as it is shown to those who have not asked to see it, a code by its word."""
    return masked(field, value_label(str(value or ""), field))
