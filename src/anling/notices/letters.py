"""Letters: taken to print, printed as a file, and what became of them as an officer says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anling.access.permissions import require
from anling.access.roles import Act
from anling.audit import scope
from anling.audit.kinds import Kind
from anling.audit.operations import Subject, record
from anling.audit.values import Actor
from anling.notices.configured import sender
from anling.notices.contacts import digest, is_wrong, veiled
from anling.notices.ending import end_delivered, end_undeliverable
from anling.notices.errors import NoticeError, NotThereError
from anling.notices.letter_file import Letter, letter_file
from anling.notices.models import Channel, LetterBatch, Notice, State
from anling.notices.overtaking import overtaken, withdraw
from anling.notices.queries import template_of, words_of

MOST = 500
"""Letters of one batch: what a printer's tray and a morning hold."""
RETURNED = "returned"


def take_letters(*, by: Actor, at: datetime, most: int = MOST) -> LetterBatch:
    """The oldest letters that wait in the region become a batch and count as sent; `letters_of` is its file.

    One without an address, or with one that is known to be wrong, ends undeliverable; a warning that is no longer true
    is withdrawn. Two officers get different letters. Raises NoticeError where none is left to print, NotAllowedError.
    """
    require(by, Act.WORK_CASES, scope.current().prefix)
    batch = _taken(by, at, most)
    if batch is None:
        raise NoticeError(gettext("No letter waits to be printed."))
    return batch


@transaction.atomic
def _taken(by: Actor, at: datetime, most: int) -> LetterBatch | None:
    """The batch; None where nothing is left to print, and what became of the others holds all the same."""
    waiting = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("benefit")
    found = list(waiting.filter(channel=Channel.POST, state=State.QUEUED).order_by("id")[:most])
    gone = overtaken(found, at=at)
    for each in found:
        if each.pk in gone:
            withdraw(each, gone[each.pk], by=by, at=at)
    sendable = [each for each in found if each.pk not in gone and _has_address(each, by, at)]
    if not sendable:
        return None
    batch = LetterBatch.objects.create(
        region=scope.current().prefix, count=len(sendable), at=at, doer=by.key, doer_label=by.label
    )  # fmt: skip
    for each in sendable:
        address = each.benefit.address.strip()
        each.state, each.sent_at, each.letters, each.tries = State.SENT, at, batch, 1
        each.sent_to, each.address_digest = veiled(Channel.POST, address), digest(address)
    fields = ["state", "sent_at", "letters", "tries", "sent_to", "address_digest"]
    Notice.objects.bulk_update(sendable, fields)
    named = ",".join(str(each.pk) for each in sendable)
    record(
        Kind.LETTERS_PRINTED, by=by, at=at, on=_subject(batch), after={"taken": True}, rows=len(sendable),
        content_hash=sha256(named.encode()).hexdigest(),
    )  # fmt: skip
    return batch


@transaction.atomic
def letters_of(*, batch: int, by: Actor, at: datetime) -> str:
    """The file of a batch, with names and addresses in clear; each time it is made is recorded.

    Raises NotThereError, NotAllowedError.
    """
    found = _batch(batch)
    require(by, Act.WORK_CASES, found.region)
    notices = found.notices.select_related("person", "benefit").order_by("id")
    day = timezone.localdate(found.at)
    text = letter_file(_letter(each, day) for each in notices)
    record(
        Kind.LETTERS_PRINTED, by=by, at=at, on=_subject(found), after={"file": True}, rows=found.count,
        content_hash=sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    return text


@transaction.atomic
def answer_letters(*, notices: Sequence[int], arrived: bool, reason: str, by: Actor, at: datetime) -> int:
    """What became of letters: they arrived, or came back; returns of how many that is news.

    A letter that came back makes its address a wrong one until it is corrected. reason: what it rests on, such as the
    list of registered mail. Raises NoticeError, NotThereError, NotAllowedError.
    """
    if not reason.strip():
        raise NoticeError(gettext("Say what it rests on, such as the list of registered mail."), "reason")
    keys = sorted(set(notices))
    found = list(Notice.objects.select_for_update().filter(pk__in=keys, channel=Channel.POST).order_by("id"))
    if len(found) != len(keys):
        raise NotThereError(gettext("There is no such letter in your region."))
    for each in found:
        require(by, Act.WORK_CASES, each.region)
    open_ones = [each for each in found if each.state == State.SENT]
    if not open_ones:
        raise NoticeError(gettext("Of these letters it is known already what became of them."))
    for each in open_ones:
        if arrived:
            end_delivered(each, at=at)
        else:
            end_undeliverable(each, RETURNED, by=by, at=at)
    record(
        Kind.LETTER_ANSWERED, by=by, at=at, on=Subject("notice", str(open_ones[0].pk), open_ones[0].region),
        after={"arrived": arrived}, reason=reason.strip(), rows=len(open_ones),
        content_hash=sha256(",".join(str(each.pk) for each in open_ones).encode()).hexdigest(),
    )  # fmt: skip
    return len(open_ones)


def _letter(notice: Notice, day: date) -> Letter:
    to, address = template_of(notice).to, notice.benefit.address.strip()
    return Letter(
        notice.pk, notice.language, notice.person.name, address, sender(), day, words_of(notice), to
    )  # fmt: skip


def _has_address(notice: Notice, by: Actor, at: datetime) -> bool:
    address = notice.benefit.address.strip()
    if address and not is_wrong(notice.benefit, Channel.POST, address):
        return True
    end_undeliverable(notice, "no_address", by=by, at=at)
    return False


def _batch(key: int) -> LetterBatch:
    found = LetterBatch.objects.filter(pk=key).first()
    if found is None:
        raise NotThereError(gettext("There are no such letters in your region."))
    return found


def _subject(batch: LetterBatch) -> Subject:
    return Subject("letters", str(batch.pk), batch.region)
