"""A few of the thousand damaged files of the soak, always the same."""

from tests.soak.fuzz_intake import SEED, run


def test_damaged_files_end_in_one_sentence() -> None:
    ended = run(20, SEED)
    assert sum(ended.values()) == 20
    assert sum(count for end, count in ended.items() if end.endswith("refused")) > 5
    assert sum(count for end, count in ended.items() if end.endswith("quarantined")) > 2
