"""The archive of Spark's classes: for which jars it stands, what it asks of Java, and how many an account holds."""

import os
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pyspark

from anling.engines.spark.classes import Archive

JARS = Path(pyspark.__file__).with_name("jars")
ASK = """
from anling.engines.spark.classes import Archive
archive = Archive.of_account()
print(archive and "\\n".join((str(archive.file), archive.options(), archive.class_path())))
"""


def asked(cache: Path, **environment: str) -> list[str]:
    """What a process of an account with this cache is told."""
    told = {**os.environ, "XDG_CACHE_HOME": str(cache), **environment}
    done = subprocess.run([sys.executable, "-c", ASK], env=told, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_it_stands_for_the_signed_jars_without_their_signature(tmp_path: Path) -> None:
    _, option, jars = asked(tmp_path)
    assert option.startswith(f'"-XX:ArchiveClassesAtExit={tmp_path}/anling/.')
    copies = [Path(each) for each in jars.split(os.pathsep)]
    assert len(copies) == 2
    for copy in copies:
        with ZipFile(JARS / copy.name.removeprefix("unsigned-")) as signed, ZipFile(copy) as plain:
            gone = set(signed.namelist()) - set(plain.namelist())
            assert {Path(name).suffix for name in gone} == {".SF", ".DSA"}
            assert all(plain.read(name) == signed.read(name) for name in plain.namelist())


def test_what_lies_there_is_taken_and_the_copies_are_made_once(tmp_path: Path) -> None:
    file, _, jars = asked(tmp_path)
    made = [Path(each).stat().st_mtime_ns for each in jars.split(os.pathsep)]
    Path(file).write_bytes(b"an archive")
    again, option, same = asked(tmp_path)
    assert (again, option, same) == (file, f'"-XX:SharedArchiveFile={file}"', jars)
    assert [Path(each).stat().st_mtime_ns for each in jars.split(os.pathsep)] == made


def test_there_is_none_beside_settings_of_ones_own_nor_where_the_cache_is_a_file(tmp_path: Path) -> None:
    assert asked(tmp_path, SPARK_CONF_DIR=str(tmp_path)) == ["None"]
    (tmp_path / "file").touch()
    assert asked(tmp_path / "file") == ["None"]
    assert asked(tmp_path / "two:folders") == ["None"]


def test_an_account_holds_three_and_the_longest_unused_goes(tmp_path: Path) -> None:
    for age, name in enumerate(("spark-new", "spark-old", "spark-oldest")):
        (tmp_path / f"{name}.jsa").touch()
        os.utime(tmp_path / f"{name}.jsa", (1000 - age, 1000 - age))
    (tmp_path / "written").write_bytes(b"classes")
    Archive(tmp_path / "spark-newest.jsa", False, (), tmp_path / "written").keep()
    assert (tmp_path / "spark-newest.jsa").read_bytes() == b"classes"
    assert {file.name for file in tmp_path.iterdir()} == {"spark-newest.jsa", "spark-new.jsa", "spark-old.jsa"}


def test_what_runs_that_were_killed_left_goes_with_the_next_that_is_kept(tmp_path: Path) -> None:
    for name, age in ((".just-now.jsa", 0), (".yesterday.jsa", 86_400)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    (tmp_path / "written").touch()
    Archive(tmp_path / "spark-a.jsa", False, (), tmp_path / "written").keep()
    assert {file.name for file in tmp_path.iterdir()} == {"spark-a.jsa", ".just-now.jsa"}


def test_what_nobody_keeps_is_removed_and_what_java_did_not_write_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "written").touch()
    archive = Archive(tmp_path / "spark-a.jsa", False, (), tmp_path / "written")
    archive.drop()
    archive.drop()
    archive.keep()
    assert list(tmp_path.iterdir()) == []
