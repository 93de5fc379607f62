"""Spreadsheets (XLSX, old XLS) as rows of text, read by a process of its own (see `workbook`)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from anling.feeds.intake.archives import damaged
from anling.feeds.intake.errors import RefusedError

_READER = "anling.feeds.intake.workbook"
_REFUSED = 3  # workbook.REFUSED; importing it would load the reader into this process
_LONGEST = 1800
"""Seconds; a sheet at its limit of a million rows takes about one minute."""


def read_sheet(path: Path, known: Mapping[str, str], workspace: Path) -> tuple[tuple[str, ...], Path]:
    """The headers of a workbook's one filled sheet and an Arrow stream of its rows; `known`: header → our column.

    Raises RefusedError with the reader's sentence, and also where the reader broke down over the file.
    """
    target = workspace / "sheet.arrow"
    command = [sys.executable, "-m", _READER, str(path.absolute()), str(target)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(dict(known)).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"},
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise damaged(path) from error
    if done.returncode == _REFUSED:
        raise RefusedError(done.stdout.decode("utf-8", "replace"))
    if done.returncode != 0:
        raise damaged(path)
    with pa.ipc.open_stream(target) as stream:
        return tuple(json.loads(stream.schema.metadata[b"headers"])), target
