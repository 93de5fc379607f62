"""A session's spill folder: its own while it lives, gone afterwards, and cleared where its owner was killed."""

from pathlib import Path

from anling.engines.duckdb.session import Session


def test_the_spill_folder_of_a_killed_process_is_cleared_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "spill-killed").mkdir()
    with Session(temp=tmp_path) as first:
        with Session(temp=tmp_path) as second:
            assert {first.temp, second.temp} == set(tmp_path.iterdir())
        assert set(tmp_path.iterdir()) == {first.temp}
    assert not any(tmp_path.iterdir())
