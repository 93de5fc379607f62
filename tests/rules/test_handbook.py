"""The handbook says what the tables say: complete, current, and noticed when it is not."""

from pathlib import Path

import pytest

from anling.rules.evidence import ListName, Reason
from tests.rules.handbook import INDEX, handbook, main, write
from tests.rules.pages import SUBJECTS, WORDS, rule_pages
from tests.rules.tables import cases, subjects


def test_every_table_has_a_page_and_every_case_a_line() -> None:
    assert sorted(SUBJECTS) == subjects()
    text = "\n".join(page.text for page in rule_pages())
    assert [case.id for case in cases(*SUBJECTS) if f"| {case.id} |" not in text] == []


def test_case_ids_are_unique_across_all_tables() -> None:
    ids = [case.id for case in cases(*SUBJECTS)]
    assert len(ids) == len(set(ids))


def test_every_list_and_reason_has_a_word() -> None:
    assert set(WORDS["values"]["list"]) == set(ListName)
    assert set(WORDS["values"]["reasons"]) == set(Reason)


def test_the_index_links_every_page() -> None:
    files = handbook()
    assert [name for name in files if name != INDEX and f"]({name})" not in files[INDEX]] == []


def test_a_fresh_handbook_passes_its_check(tmp_path: Path) -> None:
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


@pytest.mark.parametrize("harm", ["change", "remove", "leave over"])
def test_a_stale_page_is_named_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: str) -> None:
    write(tmp_path, handbook())
    page = tmp_path / ("rules-gone.md" if harm == "leave over" else "rules-names.md")
    page.unlink() if harm == "remove" else page.write_text("old", encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    assert (
        capsys.readouterr().err == f"Stale pages in docs/handbook: {page.name}; run script/handbook and commit them.\n"
    )
