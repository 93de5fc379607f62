"""The pay system's answer as a file: read as a stream, so that memory does not grow with the lines of a province."""

from __future__ import annotations

import csv
import io
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import BinaryIO

from django.db import connection
from django.utils.translation import gettext

from anling.payment.errors import PaymentError
from anling.payment.models import Action

COLUMNS = ("benefit_no", "action", "result")
"""Columns that the file needs; `code` (of the pay system, for a refusal) may be there, others are not read."""
DONE, REFUSED = "done", "refused"

_BLOCK = 1 << 20
_LONGEST = 1 << 16
"""Characters of a line."""
_STAGE = """
CREATE TEMPORARY TABLE pay_answer (
  line bigint, row_no bigint NOT NULL, benefit_no text NOT NULL, action text NOT NULL, result text NOT NULL,
  code text NOT NULL
)
"""
_TWICE = "SELECT max(row_no) FROM pay_answer GROUP BY benefit_no, action HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
_MEANT = """
UPDATE pay_answer AS a SET line = l.id
FROM payment_payline AS l JOIN roster_benefit AS b ON b.id = l.benefit_id
WHERE l.run_id = %s AND l.state = 'approved' AND l.action = a.action AND b.benefit_no = a.benefit_no
"""


def stage(run: int, file_name: str, file: BinaryIO) -> int:
    """Put the rows into the temporary table `pay_answer`, each with the line of the run that it means; their number.

    line: null where no line of the run is meant. Raises PaymentError with file, row, column and remedy.
    """
    encoding = _encoding(file_name, file)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        rows = 0
        with cursor.copy("COPY pay_answer (row_no, benefit_no, action, result, code) FROM STDIN") as copy:
            for row in _rows(file_name, file, encoding):
                copy.write_row(row)
                rows += 1
        cursor.execute("ANALYZE pay_answer")
        cursor.execute(_TWICE)
        if twice := cursor.fetchone():
            raise PaymentError(
                gettext("%(file)s, row %(row)s: the line stands there twice; ask which one holds.")
                % {"file": file_name, "row": twice[0]}
            )
        cursor.execute(_MEANT, [run])
    return rows


def drop() -> None:
    """Forget what was staged."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pay_answer")


def _rows(file_name: str, file: BinaryIO, encoding: str) -> Iterator[tuple[int, str, str, str, str]]:
    """(row, benefit_no, action, result, code)."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        reader = csv.DictReader(_lines(file_name, text))
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise PaymentError(
                _at(
                    file_name,
                    gettext("has no column %(name)s; the first row names the columns.") % {"name": missing[0]},
                )
            )
        for row, line in enumerate(reader, 2):
            yield _row(file_name, row, line)
    except csv.Error as error:
        raise PaymentError(_at(file_name, gettext("is no table; save it as CSV."))) from error
    finally:
        text.detach()  # the file is its owner's to close


def _row(file_name: str, row: int, line: dict[str, str | None]) -> tuple[int, str, str, str, str]:
    number, action = (line["benefit_no"] or "").strip().removeprefix("'"), (line["action"] or "").strip()
    result = (line["result"] or "").strip().lower()
    said = {"file": file_name, "row": row}
    if action not in Action.values:
        raise PaymentError(gettext("%(file)s, row %(row)s, action: it is none of those of the control file.") % said)
    if result not in (DONE, REFUSED):
        raise PaymentError(gettext("%(file)s, row %(row)s, result: write done or refused.") % said)
    cells = (number, action, result, (line.get("code") or "").strip()[:80])
    if any("\0" in cell for cell in cells):
        raise PaymentError(_at(file_name, gettext("is no table; save it as CSV.")))
    return row, *cells


def _lines(file_name: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Line by line; one beyond any real one is not read to its end."""
    while line := text.readline(_LONGEST):
        if len(line) == _LONGEST and not line.endswith("\n"):
            raise PaymentError(_at(file_name, gettext("is no table; save it as CSV.")))
        yield line


def _encoding(file_name: str, file: BinaryIO) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        file.seek(0)
        decoder = getincrementaldecoder(encoding)()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise PaymentError(_at(file_name, gettext("is neither UTF-8 nor GB18030 text; save it as CSV.")))


def _at(file_name: str, said: str) -> str:
    return f"{file_name} {said}"
