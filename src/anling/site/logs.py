"""What a line of the log may hold: where something failed and as what kind of error, never the text of the error.

PostgreSQL names the row in its errors ("Key (canonical)=(4401…) already exists"), the queue a job's arguments, Django
the address that was asked for: each may be a person.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

_OURS = "anling"


class WithoutText(logging.Formatter):
    """Lines of our own rooms as they are written; of everybody else the sentence without what was filled in."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it kinds of errors with their frames."""
        said = record.getMessage() if record.name.partition(".")[0] == _OURS else _described(record)
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name} {said}"]
        if record.exc_info and record.exc_info[1]:
            lines += _kinds(record.exc_info[1])
        return "\n".join(lines)


def _described(record: logging.LogRecord) -> str:
    job: Any = getattr(record, "job", None)
    if isinstance(job, dict):  # Procrastinate's sentence holds the arguments
        return f"{getattr(record, 'action', '')} {job.get('task_name')}[{job.get('id')}]"
    if (status := getattr(record, "status_code", None)) is not None:  # Django's holds the address
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        return f"{status} {match.view_name if match else '(no page)'}"
    return next(iter(str(record.msg).splitlines()), "")


def _kinds(error: BaseException) -> list[str]:
    """The error and those that it came from, the latest first."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__} at")
        lines += "".join(traceback.format_tb(seen.__traceback__)).splitlines()
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines
