"""The handbook's pages show what the policy files hold."""

import pytest

from tests.policy.handbook import policy_pages, table

SHOWN = [
    (
        "numbers",
        "| `first_base` | resident, everywhere | `approval_month` | word | 2023-03-01 | – | 粤人社规〔2023〕4号 |",
    ),
    (
        "numbers",
        "| `first_base` | resident, everywhere | `application_next_month` | word | 2019-04-02 | before 2023-03-01 |",
    ),
    ("numbers", "| `l2_pair_days` | both schemes, everywhere | `30` | days | 2019-04-02 | – | assumption |"),
    ("feeds", "| `justice_correction` | `report` | life | P2, no yearly raise |"),
    ("words", "| 4419 | 东莞市 | Dongguan |"),
]


@pytest.mark.parametrize(("page", "row"), SHOWN)
def test_a_page_shows_values_with_unit_source_and_dates(page: str, row: str) -> None:
    texts = {each.file: each.text for each in policy_pages()}
    assert row in texts[f"policy-{page}.md"]


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    assert table(("a", "b"), [("1|2", 3)]) == "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |\n"
