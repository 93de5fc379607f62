"""An agency's own directory: which files replace which, and what the version tells."""

import shutil
from pathlib import Path

import pytest

from anling.policy import PolicyError, load
from tests.policy.shipped import SHIPPED, edited


def test_a_file_replaces_its_namesake_and_the_others_stay(tmp_path: Path) -> None:
    edited(tmp_path, "regions.yaml", "zh: 广州市, en: Guangzhou", "zh: 羊城, en: City of Rams")

    policy = load(tmp_path)

    assert policy.cities["4401"] == ("羊城", "City of Rams")
    assert policy.clocks == load().clocks


def test_the_version_follows_the_content_and_names_what_was_replaced(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(SHIPPED, copy)
    own = tmp_path / "own"
    own.mkdir()
    edited(own, "clock.yaml", "value: 12", "value: 6")
    shipped = load().version

    assert load(copy).version == shipped
    assert shipped.partition("-")[2] == "guangdong"
    assert len(shipped.partition("-")[0]) == 12
    assert load(own).version.partition("-")[2] == "guangdong+clock"
    assert load(own).version[:12] != shipped[:12]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    text = (SHIPPED / "clock.yaml").read_text(encoding="utf-8")
    (tmp_path / "clock.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert load(tmp_path).version == load().version


@pytest.mark.parametrize("name", ["clocks.yaml", "clock.yml", "README.md", "clock.yaml/"])
def test_a_file_of_another_name_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.write_text("cycle_months: []\n")

    with pytest.raises(PolicyError) as error:
        load(tmp_path)

    names = "clock.yaml, decision.yaml, feeds.yaml, headers.yaml, codes.yaml, regions.yaml, payment.yaml,"
    names += " notices.yaml"
    assert str(error.value) == f"{path}: this is no policy file; remove it or name it one of {names}."


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    edited(tmp_path, "clock.yaml", "value: 12", "value: 6")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")

    assert load(tmp_path).version.endswith("-guangdong+clock")


def test_a_directory_that_is_absent_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as absent:
        load(tmp_path / "nowhere")
    with pytest.raises(PolicyError) as empty:
        load(tmp_path)

    assert (
        str(absent.value) == f"{tmp_path / 'nowhere'}: there is no such policy directory; give an existing directory."
    )
    assert str(empty.value).startswith(f"{tmp_path}: the policy directory is empty; put in it any of clock.yaml, ")


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "regions.yaml").write_bytes('cities:\n  - {code: "4401", zh: 广州市}\n'.encode("gb18030"))

    with pytest.raises(PolicyError) as error:
        load(tmp_path)

    assert str(error.value) == f"{tmp_path / 'regions.yaml'}:2: this line is not UTF-8; save the file as UTF-8."
