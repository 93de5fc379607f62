"""Takes in batches of feeds: manifest, hash, catalogue, then the rows (N-C2; contracts.md, feeds)."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from anling.engines.duckdb.ingest import PIECE, FeedCounts, FileSource, ingest_feed
from anling.engines.duckdb.session import ENGINE_VERSION
from anling.engines.duckdb.tables import Wanted
from anling.feeds.intake.batches import FeedBatch, Refusal
from anling.feeds.intake.content import Content
from anling.feeds.intake.errors import RefusedError
from anling.feeds.intake.formats import Kind, Opened, Place, open_file, read_content, refusing
from anling.feeds.intake.limits import Desk
from anling.feeds.intake.manifest import Manifest, read_manifest
from anling.feeds.intake.store import Facts, Store, batch_key
from anling.matching.normalise import NORMALISER
from anling.matching.normalise.feed_rows import DATES, CodeRow, FeedRules
from anling.policy import FEED_COLUMNS, Catalogue, DatedBy, Feed, Policy, PolicyError

REQUIRED = ("row_id", "id_number", "name", "event_date", "code")

Outcome = FeedBatch | Refusal


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """A manifest and its data file, in the folder of a feed."""

    feed: str
    manifest: Path
    data: Path

    @property
    def label(self) -> str:
        """The data file, relative to the feeds' folder."""
        return f"{self.feed}/{self.data.name}"


@dataclass(frozen=True, slots=True)
class Job:
    """A batch that is not in the store yet, and the folder of the store where it belongs."""

    files: BatchFiles
    manifest: Manifest
    catalogue: Catalogue
    feed: Feed
    content: Content
    folder: Path

    @property
    def day(self) -> date:
        """The day of delivery."""
        return self.manifest.delivered_at.date()


class FeedReader:
    """Takes in batches under one policy into one store."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._catalogue = cache(policy.catalogue)
        self._headers = cache(policy.headers)

    def look(self, files: BatchFiles, manifest: Manifest | None = None) -> FeedBatch | Job:
        """The batch in the store, or what is to be done to put it there. Raises RefusedError.

        manifest: where it is known already, and its file need not be there.
        """
        job = self.job(files, manifest or read_manifest(files.manifest))
        known = self._store.facts(job.folder)
        return job if known is None else _batch(job, known, reused=True)

    def job(self, files: BatchFiles, manifest: Manifest) -> Job:
        """What there is to do with a batch, whether or not the store has it. Raises RefusedError."""
        _refuse_misplaced(files, manifest)
        catalogue, feed = self._described(files, manifest)
        content = read_content(files.data)
        _refuse_other_content(files, manifest, content)
        folder = self._store.feed_folder(feed.code, _key(files, manifest, feed, content))
        return Job(files, manifest, catalogue, feed, content, folder)

    def take_in(self, job: Job, desk: Desk) -> Outcome:
        """Ingest one batch. Raises OutOfMemoryError, and EngineError where neither file nor memory is at fault."""
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            with desk.place() as place, refusing(job.files.data):
                opened = self._open(job, place)
                written = place.folder / "batch"
                written.mkdir()
                counts = ingest_feed(place.session, _source(job, opened, written), self._rules(job, opened))
            _refuse_other_count(job, counts)
        except RefusedError as error:
            return Refusal(job.files.label, error.sentence)
        facts = _facts(job, counts) | {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        self._store.publish(written, job.folder, facts)
        return _batch(job, facts, reused=False)

    def rows_of(self, job: Job, place: Place, numbers: Collection[int]) -> Iterator[dict[str, Any]]:
        """Some rows of a file as they were sent, by their number: our columns, all text or dates.

        Lines that could not be split into columns are not among them. Raises RefusedError.
        """
        with refusing(job.files.data):
            wanted = pa.array(sorted(numbers), pa.int64())
            for piece in self._open(job, place).rows.pieces(PIECE):
                yield from piece.filter(pc.is_in(piece.column("row").cast(pa.int64()), value_set=wanted)).to_pylist()

    def _open(self, job: Job, place: Place) -> Opened:
        kind = Kind(self._headers(job.day).feed, Wanted(FEED_COLUMNS, DATES), REQUIRED)
        return open_file(place, job.files.data, job.content, kind)

    def _rules(self, job: Job, opened: Opened) -> FeedRules:
        return FeedRules(
            feed=job.feed.code,
            codes=_codes(job.catalogue, job.feed),
            delivered=job.day,
            present=opened.present,
            sexes=self._policy.values(job.day)["sex"],
            nul_in=opened.present if job.content.has_nul else frozenset(),
        )

    def _described(self, files: BatchFiles, manifest: Manifest) -> tuple[Catalogue, Feed]:
        try:
            catalogue = self._catalogue(manifest.delivered_at.date())
        except PolicyError as error:
            raise RefusedError(
                f"{files.manifest.name}: 交付时间早于政策目录,请核对 delivered_at / delivered_at lies before the"
                " first catalogue of the policy; check it"
            ) from error
        if manifest.feed not in catalogue.feeds:
            raise RefusedError(
                f"{files.manifest.name}: 目录中没有数据源“{manifest.feed}”,请更正或在 feeds.yaml 中登记 /"
                f" the catalogue does not know the feed {manifest.feed}; correct it or add it to feeds.yaml"
            )
        return catalogue, catalogue.feeds[manifest.feed]


def _source(job: Job, file: Opened, folder: Path) -> FileSource:
    return FileSource(file.rows, file.broken, folder, job.files.data.name)


def _codes(catalogue: Catalogue, feed: Feed) -> tuple[CodeRow, ...]:
    return tuple(
        CodeRow(
            meaning.code,
            meaning.sign.value,
            meaning.grade.value,
            catalogue.kind_number(meaning.kind),
            meaning.dated_by is DatedBy.END_DATE,
        )
        for meaning in feed.codes.values()
    )


def _key(files: BatchFiles, manifest: Manifest, feed: Feed, content: Content) -> str:
    moment = manifest.delivered_at.isoformat()
    parts = (content.sha256, feed.code, manifest.batch, files.data.name)
    return batch_key(*parts, feed.fingerprint, NORMALISER, moment, ENGINE_VERSION)


def _refuse_misplaced(files: BatchFiles, manifest: Manifest) -> None:
    if manifest.feed != files.feed:
        raise RefusedError(
            f"{files.manifest.name}: 清单写的数据源是“{manifest.feed}”,却放在文件夹“{files.feed}”中,请更正 /"
            f" the manifest names the feed {manifest.feed}, but lies in the folder {files.feed}; correct one of them"
        )


def _refuse_other_content(files: BatchFiles, manifest: Manifest, content: Content) -> None:
    if content.sha256 != manifest.sha256:
        raise RefusedError(
            f"{files.data.name}: 内容与清单的 sha256 不符,请重新传送 / the content does not match the manifest's"
            " sha256; send both again"
        )


def _refuse_other_count(job: Job, counts: FeedCounts) -> None:
    if job.manifest.rows is not None and counts.rows != job.manifest.rows:
        raise RefusedError(
            f"{job.files.data.name}: 清单写 {job.manifest.rows} 行,文件有 {counts.rows} 行,请核对后重新传送 /"
            f" the manifest says {job.manifest.rows} rows, the file has {counts.rows}; check and send both again"
        )


def _facts(job: Job, counts: FeedCounts) -> Facts:
    manifest = job.manifest
    return {
        "kind": "feed",
        "feed": manifest.feed,
        "batch": manifest.batch,
        "file": job.files.data.name,
        "sha256": job.content.sha256,
        "rows": counts.rows,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "covers_from": manifest.covers_from.isoformat(),
        "covers_to": manifest.covers_to.isoformat(),
        "delivered_at": manifest.delivered_at.isoformat(),
        "months": counts.months,
        "codes": counts.codes,
        "empty_numbers": counts.empty_numbers,
        "invalid_numbers": counts.invalid_numbers,
        "normaliser": NORMALISER,
        "engine": ENGINE_VERSION,
    }


def _batch(job: Job, facts: dict[str, Any], *, reused: bool) -> FeedBatch:
    manifest = job.manifest
    return FeedBatch(
        feed=manifest.feed,
        batch=manifest.batch,
        file=job.files.label,
        folder=job.folder,
        delivered_at=manifest.delivered_at,
        covers_from=manifest.covers_from,
        covers_to=manifest.covers_to,
        sha256=manifest.sha256,
        rows=facts["rows"],
        accepted=facts["accepted"],
        rejected=facts["rejected"],
        empty_numbers=facts["empty_numbers"],
        invalid_numbers=facts["invalid_numbers"],
        months=facts["months"],
        reused=reused,
    )
