"""The archive of the classes that Spark loads on one machine: kept by one run, found ready by the next.

Whatever the size of a run, Spark loads many thousand classes out of 276 jars. Java can lay them down as it has read and
checked them (class data sharing) when it ends, and map them in again. It takes none from jars that are signed, whose
classes it hashes each time; Spark's compiler of generated code lies in two such. So the archive stands for copies
of these two without their signature, which a key named DUMMY has made; what PySpark is, its own hash says.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pyspark

from anling.engines.spark import java

_SETTINGS = ("SPARK_CONF_DIR", "SPARK_HOME", "HADOOP_CONF_DIR", "YARN_CONF_DIR")
"""Folders that stand before the jars where Java looks for classes; with such a folder there is no archive."""
_JARS = Path(pyspark.__file__).with_name("jars")
_SIGNED = ("janino-*.jar", "commons-compiler-*.jar")
_SIGNATURES = ("META-INF/*.SF", "META-INF/*.DSA", "META-INF/*.RSA", "META-INF/*.EC")
_HELD = 3
"""So many archives an account holds, each for one Java and one installed PySpark; the longest unused go."""
_LEFT = 3600.0
"""Seconds after which nobody comes for what Java laid down: a run that is killed with -9 leaves its own."""


@dataclass(frozen=True, slots=True)
class Archive:
    """file: where the archive lies, or will. is_there: whether an earlier run has left one.

    jars: what stands before Spark's own where Java looks for classes. written: where Java lays down what this run has
    loaded, until somebody keeps it.
    """

    file: Path
    is_there: bool
    jars: tuple[Path, ...]
    written: Path

    @classmethod
    def of_account(cls) -> Self | None:
        """This account's archive for this Java and this PySpark; None where there can be none."""
        if any(map(os.environ.get, _SETTINGS)):
            return None
        try:
            folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "anling"
            if os.pathsep in str(folder):  # Java would take it for two
                return None
            folder.mkdir(parents=True, exist_ok=True)
            jars = tuple(_unsigned(folder))
            file = folder / f"spark-{_made_for(java.java_home(), jars)}.jsa"
        except (OSError, RuntimeError):  # no room, no right, or an account without a home
            return None
        return cls(file, file.exists(), jars, folder / f".{uuid4().hex}.jsa")

    def options(self) -> str:
        """What Java is told at its start: to take the archive, or to lay one down when it ends."""
        if self.is_there:
            with suppress(OSError):
                os.utime(self.file)
            return f'"-XX:SharedArchiveFile={self.file}"'
        return f'"-XX:ArchiveClassesAtExit={self.written}"'

    def class_path(self) -> str:
        """The jars, as Java is told them."""
        return os.pathsep.join(map(str, self.jars))

    def keep(self) -> None:
        """Take what Java has laid down, now that it has ended. Without it where the folder or Java refused."""
        with suppress(OSError):
            self.written.replace(self.file)  # runs may end at once: whole files change names
            for old in sorted(self.file.parent.glob("spark-*.jsa"), key=lambda each: -each.stat().st_mtime)[_HELD:]:
                old.unlink()
            for left in self.file.parent.glob(".*.jsa"):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()

    def drop(self) -> None:
        """Remove what Java has laid down and nobody kept."""
        with suppress(OSError):
            self.written.unlink()


def _made_for(home: Path, jars: Iterable[Path]) -> str:
    """A name for a Java and the jars as they lie there: Java leaves an archive aside if one was replaced."""
    release = home / "release"
    told = [str(home), release.read_text(encoding="utf-8", errors="replace") if release.exists() else ""]
    for jar in (*jars, *sorted(_JARS.iterdir())):
        told += str(jar), str(jar.stat().st_size), str(jar.stat().st_mtime_ns)
    return sha256("\0".join(told).encode()).hexdigest()[:16]


def _unsigned(folder: Path) -> Iterator[Path]:
    """Copies of the signed jars without their signature, made once."""
    for pattern in _SIGNED:
        for jar in sorted(_JARS.glob(pattern)):
            copy = folder / f"unsigned-{jar.name}"
            if not copy.exists():
                _copy(jar, copy)
            yield copy


def _copy(jar: Path, copy: Path) -> None:
    written = copy.with_name(f".{uuid4().hex}.jar")
    try:
        with ZipFile(jar) as signed, ZipFile(written, "w", ZIP_DEFLATED) as plain:
            for entry in signed.infolist():
                if not any(fnmatch(entry.filename, pattern) for pattern in _SIGNATURES):
                    plain.writestr(entry, signed.read(entry))
        written.replace(copy)
    finally:
        with suppress(OSError):
            written.unlink()
