"""Files that an officer has taken out, as a spreadsheet shows them."""

import csv
import io
from typing import Any

import openpyxl


def rows_of(answer: Any, kind: str) -> list[dict[str, str]]:
    """The rows of a CSV or XLSX by the names of its header; every cell as text."""
    content = answer.getvalue()
    assert answer.status_code == 200, content
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header, *rows = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    return [dict(zip(header, (str(cell or "") for cell in row), strict=True)) for row in rows]
