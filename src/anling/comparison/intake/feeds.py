"""Takes in batches of feeds: manifest, hash, catalogue, then the rows (N-C2; contracts.md, feeds)."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from anling.comparison.intake.batches import FeedBatch, Refusal
from anling.comparison.intake.content import Content
from anling.comparison.intake.errors import RefusedError
from anling.comparison.intake.formats import Kind, Opened, Place, open_file, read_content, refusing
from anling.comparison.intake.limits import Limits
from anling.comparison.intake.manifest import Manifest, read_manifest
from anling.comparison.intake.store import Facts, Store, batch_key
from anling.engines.duckdb.ingest import BatchSource, FeedCounts, distinct_texts, ingest_feeds, make_source
from anling.engines.duckdb.session import ENGINE_VERSION, EngineError, Session
from anling.engines.duckdb.tables import Wanted, blaming
from anling.matching.feed_rows import DATES, CodeRow, FeedRules
from anling.matching.normalise import NORMALISER
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

    def alike(self, other: "Job") -> bool:
        """Whether both are read by the same rules, so that they may be taken in together."""
        return (self.feed.code, self.feed.fingerprint) == (other.feed.code, other.feed.fingerprint)


class FeedReader:
    """Takes in batches under one policy into one store."""

    def __init__(self, store: Store, policy: Policy, limits: Limits) -> None:
        self._store = store
        self._policy = policy
        self._limits = limits
        self._catalogue = cache(policy.catalogue)
        self._headers = cache(policy.headers)

    def look(self, files: BatchFiles) -> FeedBatch | Job:
        """The batch in the store, or what is to be done to put it there. Raises RefusedError."""
        manifest = read_manifest(files.manifest)
        _refuse_misplaced(files, manifest)
        catalogue, feed = self._described(files, manifest)
        content = read_content(files.data)
        _refuse_other_content(files, manifest, content)
        folder = self._store.feed_folder(feed.code, _key(files, manifest, feed, content))
        job = Job(files, manifest, catalogue, feed, content, folder)
        known = self._store.facts(folder)
        return job if known is None else _batch(job, known, reused=True)

    def take_in(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Ingest batches that read alike (`Job.alike`) together or, where that fails, each alone.

        Raises OutOfMemoryError, and EngineError where neither a file nor the memory is at fault.
        """
        if len(jobs) > 1:
            try:
                return self._together(jobs)
            except EngineError:
                pass  # one file may be at fault for all: then it is refused alone
        return [outcome for job in jobs for outcome in self._alone(job)]

    def _alone(self, job: Job) -> list[Outcome]:
        try:
            with refusing(job.files.data):
                return self._together([job])
        except RefusedError as error:
            return [Refusal(job.files.label, error.sentence)]

    def _together(self, jobs: Sequence[Job]) -> list[Outcome]:
        watch = _Stopwatch()
        with self._store.workspace() as space, self._limits.session(space) as session:
            opened: list[tuple[Job, Opened]] = []
            outcomes: list[Outcome] = []
            for number, job in enumerate(jobs):
                try:
                    with refusing(job.files.data):
                        opened.append((job, self._open(job, Place(session, space, f"loaded{number}"))))
                except RefusedError as error:
                    outcomes.append(Refusal(job.files.label, error.sentence))
            if opened:
                outcomes.extend(self._ingest(opened, space, session, watch))
        return outcomes

    def _open(self, job: Job, place: Place) -> Opened:
        kind = Kind(self._headers(job.day).feed, Wanted(FEED_COLUMNS, frozenset(DATES)), REQUIRED)
        return open_file(place, job.files.data, job.content, kind)

    def _ingest(
        self, opened: Sequence[tuple[Job, Opened]], space: Path, session: Session, watch: "_Stopwatch"
    ) -> Iterator[Outcome]:
        sources = [_source(job, file, space / f"batch{number}") for number, (job, file) in enumerate(opened)]
        make_source(session, sources)
        with blaming(session, [file.bare for _, file in opened]):
            rules = self._rules(session, opened)
        counted = ingest_feeds(session, sources, rules)
        for (job, _), source, counts in zip(opened, sources, counted, strict=True):
            try:
                _refuse_other_count(job, counts)
            except RefusedError as error:
                yield Refusal(job.files.label, error.sentence)
                continue
            facts = _facts(job, counts) | watch.lap()
            self._store.publish(source.folder, job.folder, facts)
            yield _batch(job, facts, reused=False)

    def _rules(self, session: Session, opened: Sequence[tuple[Job, Opened]]) -> FeedRules:
        first = opened[0][0]
        words = self._policy.values(first.day)["sex"]
        present = frozenset(column for _, file in opened for column in file.present)
        sexes = distinct_texts(session, ("sex",))["sex"] if "sex" in present else ()
        return FeedRules(
            feed=first.feed.code,
            codes=_codes(first.catalogue, first.feed),
            present=present,
            sexes={raw: words[raw] for raw in sexes if raw in words},
            nul_in=present if any(job.content.has_nul for job, _ in opened) else frozenset(),
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


class _Stopwatch:
    """Seconds and CPU seconds from one batch to the next: the first one's hold what all of them share."""

    def __init__(self) -> None:
        self._last = (time.perf_counter(), time.process_time())

    def lap(self) -> Facts:
        now = (time.perf_counter(), time.process_time())
        seconds, cpu = (each - before for each, before in zip(now, self._last, strict=True))
        self._last = now
        return {"seconds": seconds, "cpu": cpu}


def _source(job: Job, file: Opened, folder: Path) -> BatchSource:
    folder.mkdir()
    return BatchSource(file.table, file.select, file.bare, job.day, folder, job.files.data.name)


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
    if counts.rows != job.manifest.rows:
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
