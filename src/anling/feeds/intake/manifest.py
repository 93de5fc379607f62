"""The manifest beside every batch: what its department says it sent (contracts.md, feeds)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from anling.feeds.intake.errors import RefusedError

CHINA = ZoneInfo("Asia/Shanghai")
FIELDS = ("feed", "batch", "covers_from", "covers_to", "delivered_at", "rows", "sha256")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """Feed and batch, the days it covers, when it arrived (Asia/Shanghai), its rows and the hash of its file.

    rows: None where the department sent no manifest and nobody counted; a file of any length fits then.
    """

    feed: str
    batch: str
    covers_from: date
    covers_to: date
    delivered_at: datetime
    rows: int | None
    sha256: str


def read_manifest(path: Path) -> Manifest:
    """Raises RefusedError, naming the field, for anything but a whole manifest."""
    values = _object(path)
    missing = [field for field in FIELDS if field not in values]
    if missing:
        raise _wrong(path, ", ".join(missing), "缺少", "missing; add it")
    manifest = Manifest(
        feed=_string(path, values, "feed"),
        batch=_string(path, values, "batch"),
        covers_from=_date(path, values, "covers_from"),
        covers_to=_date(path, values, "covers_to"),
        delivered_at=_moment(path, values, "delivered_at"),
        rows=_count(path, values, "rows"),
        sha256=_hash(path, values, "sha256"),
    )
    if manifest.covers_from > manifest.covers_to:
        raise _wrong(path, "covers_from", "晚于 covers_to", "later than covers_to; correct one of them")
    return manifest


def _object(path: Path) -> Mapping[str, object]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("larger than any manifest")
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise RefusedError(
            f"{path.name}: 清单不是可读的 JSON,请重新导出 / the manifest is not readable JSON; write it again"
        ) from error
    if not isinstance(values, dict):
        raise RefusedError(
            f"{path.name}: 清单应为一个 JSON 对象 / the manifest must be one JSON object; write it again"
        )
    return values


def _string(path: Path, values: Mapping[str, object], field: str) -> str:
    value = values[field]
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, field, "应为文字", "not a text; write one")
    return value


def _date(path: Path, values: Mapping[str, object], field: str) -> date:
    try:
        return date.fromisoformat(_string(path, values, field))
    except ValueError as error:
        raise _wrong(path, field, "不是日期", "not a date; write yyyy-MM-dd") from error


def _moment(path: Path, values: Mapping[str, object], field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_string(path, values, field))
        return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)
    except (ValueError, OverflowError) as error:
        raise _wrong(path, field, "不是时间", "not a time; write yyyy-MM-ddTHH:MM:SS") from error


def _count(path: Path, values: Mapping[str, object], field: str) -> int:
    value = values[field]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(path, field, "不是行数", "not a number of rows; write a whole number")
    return value


def _hash(path: Path, values: Mapping[str, object], field: str) -> str:
    value = _string(path, values, field).lower()
    if not _SHA256.fullmatch(value):
        raise _wrong(path, field, "不是 SHA-256", "not a SHA-256; write its 64 hexadecimal digits")
    return value


def _wrong(path: Path, field: str, zh: str, en: str) -> RefusedError:
    return RefusedError(f"{path.name}: 清单字段 {field} {zh},请更正 / the manifest's field {field} is {en}")
