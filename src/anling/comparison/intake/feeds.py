"""Takes in one batch of a feed: manifest, hash, catalogue, then the rows (N-C2; contracts.md, feeds)."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anling.comparison.intake.batches import FeedBatch
from anling.comparison.intake.content import Content
from anling.comparison.intake.errors import RefusedError
from anling.comparison.intake.formats import Kind, Opened, open_file, read_content, refusing
from anling.comparison.intake.limits import Limits
from anling.comparison.intake.manifest import Manifest, read_manifest
from anling.comparison.intake.store import Facts, Store, batch_key
from anling.engines.duckdb.ingest import FeedCounts, distinct_texts, ingest_feed
from anling.engines.duckdb.session import ENGINE_VERSION, Session
from anling.engines.duckdb.tables import Wanted
from anling.matching.feed_rows import DATES, CodeRow, FeedRules
from anling.matching.normalise import NORMALISER
from anling.policy import FEED_COLUMNS, Catalogue, DatedBy, Feed, Policy, PolicyError

REQUIRED = ("row_id", "id_number", "name", "event_date", "code")


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """A manifest and its data file, in the folder of a feed."""

    feed: str
    manifest: Path
    data: Path


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Takes in batches under one policy into one store."""

    store: Store
    policy: Policy
    limits: Limits

    def read(self, files: BatchFiles) -> FeedBatch:
        """The batch in the store, ingested now if it is not there. Raises RefusedError, or OutOfMemoryError."""
        manifest = read_manifest(files.manifest)
        _refuse_misplaced(files, manifest)
        job = _Job(files, manifest, *self._described(files, manifest))
        content = read_content(files.data)
        _refuse_other_content(files, manifest, content)
        folder = self.store.feed_folder(job.feed.code, _key(job, content))
        known = self.store.facts(folder)
        return _batch(job, folder, known or self._ingest(job, content, folder), reused=known is not None)

    def _described(self, files: BatchFiles, manifest: Manifest) -> tuple[Catalogue, Feed]:
        try:
            catalogue = self.policy.catalogue(manifest.delivered_at.date())
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

    def _ingest(self, job: "_Job", content: Content, folder: Path) -> Facts:
        begun, cpu = time.perf_counter(), time.process_time()
        day = job.manifest.delivered_at.date()
        kind = Kind(self.policy.headers(day).feed, Wanted(FEED_COLUMNS, frozenset(DATES)), REQUIRED)
        with self.store.workspace() as space, self.limits.session(space) as session, refusing(job.files.data):
            written = space / "batch"
            written.mkdir()
            opened = open_file(session, job.files.data, content, kind, space)
            rules = self._rules(session, job, opened, has_nul=content.has_nul)
            counts = ingest_feed(session, opened.table, rules, written, job.files.data.name)
            _refuse_other_count(job, counts)
            facts = _facts(job, content, counts)
            facts |= {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
            self.store.publish(written, folder, facts)
        return facts

    def _rules(self, session: Session, job: "_Job", opened: Opened, *, has_nul: bool) -> FeedRules:
        day = job.manifest.delivered_at.date()
        words = self.policy.values(day)["sex"]
        sexes = distinct_texts(session, ("sex",))["sex"] if "sex" in opened.present else ()
        return FeedRules(
            feed=job.feed.code,
            codes=_codes(job.catalogue, job.feed),
            delivered=day,
            present=opened.present,
            sexes={raw: words[raw] for raw in sexes if raw in words},
            nul_in=opened.present if has_nul else frozenset(),
        )


@dataclass(frozen=True, slots=True)
class _Job:
    files: BatchFiles
    manifest: Manifest
    catalogue: Catalogue
    feed: Feed


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


def _key(job: _Job, content: Content) -> str:
    moment = job.manifest.delivered_at.isoformat()
    parts = (content.sha256, job.feed.code, job.manifest.batch, job.files.data.name)
    return batch_key(*parts, job.feed.fingerprint, NORMALISER, moment, ENGINE_VERSION)


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


def _refuse_other_count(job: _Job, counts: FeedCounts) -> None:
    if counts.rows != job.manifest.rows:
        raise RefusedError(
            f"{job.files.data.name}: 清单写 {job.manifest.rows} 行,文件有 {counts.rows} 行,请核对后重新传送 /"
            f" the manifest says {job.manifest.rows} rows, the file has {counts.rows}; check and send both again"
        )


def _facts(job: _Job, content: Content, counts: FeedCounts) -> Facts:
    manifest = job.manifest
    return {
        "kind": "feed",
        "feed": manifest.feed,
        "batch": manifest.batch,
        "file": job.files.data.name,
        "sha256": content.sha256,
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


def _batch(job: _Job, folder: Path, facts: dict[str, Any], *, reused: bool) -> FeedBatch:
    manifest = job.manifest
    return FeedBatch(
        feed=manifest.feed,
        batch=manifest.batch,
        file=f"{job.files.feed}/{job.files.data.name}",
        folder=folder,
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
