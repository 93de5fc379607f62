"""The handbook's page shows what the files hold."""

from tests.policy.handbook import PAGE, pages, table


def test_the_page_shows_values_with_unit_source_and_dates() -> None:
    page = pages()[PAGE]

    rows = [
        "| `first_base` | resident, everywhere | `approval_month` | word | 2023-03-01 | – | 粤人社规〔2023〕4号 |",
        "| `first_base` | resident, everywhere | `application_next_month` | word | 2019-04-02 | before 2023-03-01 |",
        "| `l2_pair_days` | both schemes, everywhere | `30` | days | 2019-04-02 | – | assumption |",
        "| `justice_correction` | `report` | life | P2, no yearly raise |",
        "| 4419 | 东莞市 | Dongguan |",
    ]
    assert [row for row in rows if row not in page] == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    assert table(("a", "b"), [("1|2", 3)]) == "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |\n"
