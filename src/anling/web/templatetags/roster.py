"""How fields of the roster are shown."""

from django import template

from anling.roster.masking import masked
from anling.web.labels import label, source_label, value_label

register = template.Library()


@register.filter
def mask(value: object, field: str) -> str:
    """The value of a field as it is shown to those who have not asked to see it, a code by its word."""
    return masked(field, value_label(str(value or ""), field))


@register.filter
def source_words(source: object) -> str:
    """What changed a field of the roster, in words."""
    return source_label(str(source))


@register.filter
def pay_status_words(said: object) -> str:
    """A pay status with why it stopped, as a finding keeps them, in words."""
    status, _colon, reason = str(said or "").partition(":")
    return " · ".join(filter(None, (label(status, "pay_status"), reason and label(reason, "suspend_reason"))))
