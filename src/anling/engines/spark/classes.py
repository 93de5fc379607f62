"""The archive of the classes that Spark loads on one machine: kept by one run, found ready by the next.

Whatever the size of a run, Spark loads many thousand classes out of 276 jars. Java can lay them down as it has read and
checked them (class data sharing), and map them in again. It sees by itself whether an archive fits its release and the
jars, and goes without one that does not.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from py4j.protocol import Py4JError

from anling.engines.spark import java

_SETTINGS = ("SPARK_CONF_DIR", "SPARK_HOME", "HADOOP_CONF_DIR", "YARN_CONF_DIR")
"""Folders that stand before the jars where Java looks for classes; with such a folder there is no archive."""

_COMMANDS = "com.sun.management:type=DiagnosticCommand"
_OBJECTS, _STRINGS = "[Ljava.lang.Object;", "[Ljava.lang.String;"


def archive() -> Path | None:
    """Where this account's archive for this Java and this PySpark lies, or will; None where there can be none."""
    if any(map(os.environ.get, _SETTINGS)):
        return None
    home = java.java_home()
    release = home / "release"
    told = release.read_text(encoding="utf-8", errors="replace") if release.exists() else ""
    made_for = sha256("\0".join((str(home), told, version("pyspark"))).encode()).hexdigest()[:16]
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # an account without a home
        return None
    return cache / "anling" / f"spark-{made_for}.jsa"


def option(file: Path) -> str:
    """What Java is told at its start: to take the archive, or to remember what it loads, for `keep`."""
    return f'"-XX:SharedArchiveFile={file}"' if file.exists() else "-XX:+RecordDynamicDumpInfo"


def keep(gateway: Any, file: Path) -> None:
    """Have Java lay down what it has loaded. A run goes on without an archive where the folder or Java refuses."""
    written = file.with_name(f".{uuid4().hex}.jsa")  # runs may end at once: whole files change names
    with suppress(OSError, Py4JError):
        file.parent.mkdir(parents=True, exist_ok=True)
        _diagnose(gateway, "vmCds", "dynamic_dump", str(written))
        written.replace(file)
    with suppress(OSError):
        written.unlink()


def _diagnose(gateway: Any, command: str, *words: str) -> None:
    """One of Java's own diagnostic commands. A Java without development kit has no `jcmd`, but it has these beans."""
    java_lang, named = gateway.jvm.java.lang, gateway.jvm.java.lang.Class.forName
    kinds = ("javax.management.ObjectName", "java.lang.String", _OBJECTS, _STRINGS)
    call = named("javax.management.MBeanServer").getMethod(
        "invoke", _array(gateway, java_lang.Class, *map(named, kinds))
    )
    asked = _array(gateway, java_lang.Object, _array(gateway, java_lang.String, *words))
    call.invoke(
        java_lang.management.ManagementFactory.getPlatformMBeanServer(),
        _array(
            gateway, java_lang.Object, gateway.jvm.javax.management.ObjectName(_COMMANDS), command, asked,
            _array(gateway, java_lang.String, _STRINGS),
        ),
    )  # fmt: skip


def _array(gateway: Any, kind: Any, *values: Any) -> Any:
    made = gateway.new_array(kind, len(values))
    for place, value in enumerate(values):
        made[place] = value
    return made
