"""The arithmetic of the chain: what a seal covers, and the head as it is kept outside the database (ADR 0009)."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

FIELDS = (
    "id", "at", "kind", "doer", "doer_label", "region", "object_type", "object_key", "before", "after", "reason",
    "policy_version", "rows", "content_hash",
)  # fmt: skip
"""Every field of an entry, in the order in which a seal covers them."""

_AS_READ = {
    "at": "(extract(epoch FROM e.at) * 1000000)::bigint",  # exact, and the same in every time zone
    "before": "e.before::text",  # the stored text itself, so that 1.0 and 1.00 are not the same
    "after": "e.after::text",
}
COLUMNS = ", ".join(_AS_READ.get(field, f'e."{field}"') for field in FIELDS)
"""The SQL by which an entry `e` is read for its seal."""

START = "0" * 64
"""What stands for the seal before the first one."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: its number (0: no seal yet), its code, and when it was made."""

    number: int
    code: str
    sealed_at: datetime | None = None

    def as_json(self) -> str:
        """One line, as it stands in the head file and is printed by `anling audit head`."""
        return json.dumps(
            {"number": self.number, "code": self.code, "sealed_at": self.sealed_at and self.sealed_at.isoformat()}
        )

    @staticmethod
    def from_json(text: str) -> Head:
        """The head that such a line says. Raises ValueError for any other text."""
        try:
            said = json.loads(text)
            at = datetime.fromisoformat(said["sealed_at"]) if said["sealed_at"] else None
            return Head(int(said["number"]), str(said["code"]), at)
        except (TypeError, KeyError) as error:
            raise ValueError("this is no head of the trail") from error


@dataclass(frozen=True, slots=True)
class Kept:
    """What the head file says: the last seal known to be in the database, and the last one of a batch under way.

    The file is written before a batch is committed and again afterwards, so at any moment, whatever dies, the database
    ends with one of the two. Where it ends with neither, somebody has changed the database or the file.
    """

    head: Head
    coming: Head | None = None

    def allows(self, last: Head) -> bool:
        """Whether a chain may end with this seal."""
        ends = (self.head, self.coming) if self.coming else (self.head,)
        return any((end.number, end.code) == (last.number, last.code) for end in ends)


def microseconds(at: datetime) -> int:
    """Since 1970, exact."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The reverse of `microseconds`."""
    return _EPOCH + at * _MICROSECOND


def code(number: int, entry: int, fields: tuple[Any, ...], sealed_at: int, before: str, *, key: str) -> str:
    """HMAC-SHA-256 over the seal's number, its entry with every field, its time and the code before, in hex.

    fields: as COLUMNS reads them; sealed_at: microseconds since 1970; before: START for the first seal.
    """
    covered = json.dumps([number, entry, fields, sealed_at, before], ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(key.encode(), covered.encode(), sha256).hex()


def key() -> str:
    """The key of this installation, which lies outside the database."""
    return str(settings.AUDIT_KEY)


def head_path() -> Path:
    """Where this installation keeps its head."""
    return Path(settings.AUDIT_HEAD)


def read_head(path: Path) -> Kept | None:
    """What a head file says; None where there is no file. Raises ValueError where it holds something else."""
    try:
        first, *others = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return Kept(Head.from_json(first), Head.from_json(others[0]) if others else None)


def write_head(path: Path, kept: Kept) -> None:
    """Put it in its file, one line for each head, whole or not at all, and on the disk before this returns."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.writelines(head.as_json() + "\n" for head in (kept.head, kept.coming) if head)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """The new name of a file is on the disk, too."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
