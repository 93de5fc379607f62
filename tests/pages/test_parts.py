"""The parts that lists share: paging and sorting keep every other thing in the address."""

import re

from django.test import RequestFactory

import tests.support.platform  # noqa: F401  # sets Django up


def _rendered(template: str, address: str, **variables: object) -> str:
    from django.template import engines

    text: str = engines["django"].from_string(template).render(variables, RequestFactory().get(address))
    return text


def _page(number: int, count: int) -> object:
    from django.core.paginator import Paginator

    return Paginator(range(count), 50).page(number)


def _links(text: str) -> list[str]:
    return re.findall(r'<a[^>]* href="([^"]+)"', text)


def test_the_pager_keeps_filters_and_order() -> None:
    text = _rendered('{% include "parts/pager.html" %}', "/x?region=4401&sort=-name&page=2", page=_page(2, 120))
    assert _links(text)[0] == "?region=4401&amp;sort=-name&amp;page=1"
    assert 'aria-current="page">2<' in text
    assert re.search(r"51.100.*120", text)


def test_one_page_has_a_count_and_no_links() -> None:
    text = _rendered('{% include "parts/pager.html" %}', "/x", page=_page(1, 7))
    assert _links(text) == []
    assert "7" in text


def test_an_empty_list_has_no_pager() -> None:
    assert _rendered('{% include "parts/pager.html" %}', "/x", page=_page(1, 0)).strip() == ""


def test_a_heading_sorts_then_turns_round_and_begins_at_the_first_page() -> None:
    heading = '{% include "parts/sort_header.html" with field="name" label="Name" %}'
    unsorted = _rendered(heading, "/x?unit=7&page=3")
    assert (_links(unsorted), "aria-sort" in unsorted) == (["?unit=7&amp;sort=name"], False)
    up = _rendered(heading, "/x?sort=name")
    assert (_links(up), 'aria-sort="ascending"' in up) == (["?sort=-name"], True)
    down = _rendered(heading, "/x?sort=-name")
    assert (_links(down), 'aria-sort="descending"' in down) == (["?sort=name"], True)


def test_a_form_names_each_field_and_says_what_is_wrong() -> None:
    from django import forms

    class Filled(forms.Form):
        number = forms.IntegerField(label="Number", help_text="six digits")
        sure = forms.BooleanField(label="Sure")

    text = _rendered('{% include "parts/form.html" %}', "/x", form=Filled({"number": "many"}))
    assert '<label class="form-label required" for="id_number">Number</label>' in text
    assert 'value="many"' in text
    assert 'class="form-control is-invalid"' in text
    assert re.search(r'<label class="form-check"><input type="checkbox"[^>]*><span[^>]*>Sure', text)
    assert set(re.findall(r'aria-describedby="([^"]+)"', text)[0].split()) <= set(re.findall(r' id="([^"]+)"', text))
