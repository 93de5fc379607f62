"""Tags of the parts that all pages share: a block said twice, addresses that keep their other parameters, fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anling.audit.wording import Listed
from anling.audit.wording import heard as _heard
from anling.rules.numbers import shown
from anling.territory.queries import names_of
from anling.web.labels import label as _label
from anling.web.recipient.limits import hotline as _hotline

register = template.Library()


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """The content of a block that stands elsewhere on the page: the title of the tab is also the heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    text: SafeString = block.render(context)
    return text


@register.simple_tag(takes_context=True)
def with_page(context: Context, number: int) -> str:
    """This address with another page number."""
    return _address(context, page=str(number))


@register.simple_tag(takes_context=True)
def with_sort(context: Context, field: str) -> str:
    """This address sorted by a field; by the same field again, the other way round. The page is the first again."""
    return _address(context, sort=f"-{field}" if _sorted_by(context) == field else field, page=None)


@register.simple_tag(takes_context=True)
def with_value(context: Context, field: str, value: str) -> str:
    """This address narrowed by one more filter; the page is the first again."""
    return _address(context, **{field: value, "page": None})


@register.simple_tag(takes_context=True)
def sort_state(context: Context, field: str) -> str:
    """'ascending', 'descending' or '' for how the list is sorted by this field now."""
    now = _sorted_by(context)
    return {field: "ascending", f"-{field}": "descending"}.get(now, "")


@register.simple_tag
def hotline() -> str:
    """The telephone for every recipient, whichever agency pays them."""
    return _hotline()


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """The page numbers to offer, with gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def label(code: object, table: str) -> str:
    """A stored word by its table of anling.web.labels, in the language of the page."""
    return _label(str(code), table)


@register.filter
def code(text: object) -> str:
    """A number of a person or a benefit at its agency, or of a record at its department: none of a document in it."""
    return shown(str(text or ""))


@register.filter
def named(code: str, names: Mapping[str, str]) -> str:
    """The region's own name, without those above it. names: of all regions on the page (`names_of`)."""
    return names.get(code, code).rpartition(" ")[2]


@register.simple_tag
def place(code: str) -> SafeString:
    """The one region that a page is about, by name with those above it; its code is seen where the pointer rests.

    A list asks for the names of all its regions at once instead (`named`).
    """
    return format_html('<span title="{}">{}</span>', code, names_of([code]).get(code, code))


@register.filter
def listed(words: Iterable[object]) -> str:
    """Words with the mark between them that the language of the page has."""
    return str(Listed(words))


@register.filter
def phrases(words: Iterable[object]) -> str:
    """Parts of a sentence with the mark between them that the language of the page has."""
    return str(Listed(words, phrases=True))


@register.filter
def heard(sentence: str) -> str:
    """A sentence that was kept in both languages, in the language of the page."""
    return _heard(sentence or "")


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label of the field stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def styled(field: BoundField) -> SafeString:
    """The field with the class of its kind, and told apart where it is wrong."""
    kept = field.field.widget.attrs.get("class", "")
    wrong = " is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": f"{_class(field)} {kept}".strip() + wrong})


def _class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, (CheckboxInput, CheckboxSelectMultiple, RadioSelect)):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


def _sorted_by(context: Context) -> str:
    return str(context["request"].GET.get("sort", ""))


def _address(context: Context, **changes: str | None) -> str:
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = value
    return f"?{parameters.urlencode()}"
