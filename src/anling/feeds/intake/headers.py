"""Which column of a file is which of ours: by our names, national codes or Chinese labels (contracts.md)."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from anling.feeds.intake.errors import RefusedError


def mapped(path: Path, headers: Sequence[str], known: Mapping[str, str], required: Iterable[str]) -> dict[str, str]:
    """Our column → header of the file; other headers are passed over.

    Raises RefusedError where two headers stand for one column or a required column is missing.
    """
    found: dict[str, str] = {}
    for header in headers:
        ours = known.get(header)
        if ours is None:
            continue
        if ours in found:
            raise RefusedError(
                f"{path.name}: 列“{found[ours]}”与“{header}”都表示 {ours},请只保留一列 /"
                f" the columns {found[ours]} and {header} both stand for {ours}; keep one of them"
            )
        found[ours] = header
    missing = [column for column in required if column not in found]
    if missing:
        listed = ", ".join(missing)
        raise RefusedError(
            f"{path.name}: 缺少列 {listed},请检查第一行的列名 / the columns {listed} are missing;"
            " check the names in the first row"
        )
    return found
