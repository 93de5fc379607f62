"""Files attached to cases: known by their content, encrypted where they lie, and read by an act that is recorded.

The key lies outside the database and apart from the files, as the key of the trail does.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from anling.access.permissions import may, require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import record
from anling.audit.values import Actor
from anling.casework.errors import CaseError
from anling.casework.history import held, saved, subject, told
from anling.casework.models import CaseState, Document

MOST_BYTES = 10 * 1024 * 1024
KINDS = {b"%PDF-": ("application/pdf", "pdf"), b"\xff\xd8\xff": ("image/jpeg", "jpg"),
         b"\x89PNG\r\n\x1a\n": ("image/png", "png")}  # fmt: skip
"""How the content of a file begins, its type, and the ending that its name gets."""
_NONCE = 12
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Opened:
    """A document in clear."""

    name: str
    content_type: str
    content: bytes


@transaction.atomic
def attach(*, case: int, name: str, content: bytes, by: Actor, at: datetime) -> Document:
    """Keep a file with a case. Raises CaseError for a kind or size that is not taken; NotAllowedError.

    A PDF, a JPEG or a PNG of at most MOST_BYTES, whatever its name says; the name is cleaned.
    """
    found = held(case)
    require(by, Act.WORK_CASES, found.region)
    if found.state == CaseState.CLOSED:
        raise CaseError(gettext("The case is closed; only an appeal opens it again."), "file")
    content_type, ending = _kind(content)
    kept = PurePosixPath(f"{found.pk // 1000:06d}") / secrets.token_hex(16)
    _write(settings.HOME / "documents" / kept, _sealed(content, str(kept)))
    made = Document.objects.create(
        case=found, region=found.region, name=clean_name(name, ending), content_type=content_type, size=len(content),
        sha256=sha256(content).hexdigest(), stored_as=str(kept), at=at, doer=by.key, doer_label=by.label,
    )  # fmt: skip
    saved(found)
    told(found, "document", by=by, at=at, name=made.name, document=made.pk)
    record(
        Kind.DOCUMENT_ATTACHED, by=by, at=at, on=subject(found), content_hash=made.sha256,
        after={"document": made.pk, "type": content_type, "bytes": made.size},
    )  # fmt: skip
    return made


@transaction.atomic
def read_document(*, document: int, by: Actor, at: datetime) -> Opened:
    """A document in clear; that it was read is recorded. Raises CaseError where it is not there; NotAllowedError."""
    scope.current()
    found = Document.objects.select_related("case").filter(pk=document).first()
    if found is None:
        raise CaseError(gettext("There is no such document in your region."))
    if not may(by, Act.APPROVE_FINDINGS, found.region):
        require(by, Act.WORK_CASES, found.region)
    content = _clear(settings.HOME / "documents" / found.stored_as, found)
    record(Kind.DOCUMENT_READ, by=by, at=at, on=subject(found.case), after={"document": found.pk})
    return Opened(found.name, found.content_type, content)


def clean_name(name: str, ending: str) -> str:
    """A name without folders, control and direction marks or an ending that lies; never empty."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] or last
    plain = "".join(each for each in stem if unicodedata.category(each)[0] not in "CZ" or each == " ")
    plain = re.sub(r"[<>:\"|?*;&%$`']", "_", plain).strip(" .")[:_LONGEST_NAME]
    return f"{plain or gettext('document')}.{ending}"


def _kind(content: bytes) -> tuple[str, str]:
    if not 0 < len(content) <= MOST_BYTES:
        raise CaseError(
            gettext("A file may have 1 byte to %(most)s MB; scan it smaller.") % {"most": MOST_BYTES >> 20}, "file"
        )
    for beginning, kind in KINDS.items():
        if content.startswith(beginning):
            return kind
    raise CaseError(gettext("Only PDF, JPEG and PNG files are taken; this is none of them, whatever its name."), "file")


def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.DOCUMENTS_KEY))


def _sealed(content: bytes, name: str) -> bytes:
    """The file is bound to its name, so that one cannot be put in another's place."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher().encrypt(nonce, content, name.encode())


def _clear(path: Path, document: Document) -> bytes:
    try:
        held_there = path.read_bytes()
        content = _cipher().decrypt(held_there[:_NONCE], held_there[_NONCE:], document.stored_as.encode())
    except (OSError, InvalidTag, ValueError):
        content = b""
    if sha256(content).hexdigest() != document.sha256:
        raise CaseError(gettext("The file is gone or was changed on the disk; restore it from a backup."))
    return content


def _write(path: Path, content: bytes) -> None:
    """On the disk before the row that names it; of a transaction that does not hold, an unreadable file stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
