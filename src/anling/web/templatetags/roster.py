"""How fields of the roster are shown."""

from django import template

from anling.roster.masking import masked

register = template.Library()


@register.filter
def mask(value: object, field: str) -> str:
    """The value of a field as it is shown to those who have not asked to see it."""
    return masked(field, str(value or ""))
