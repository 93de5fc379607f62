"""What a run says when it is done: lists, what was refused, source health, where the files lie."""

from __future__ import annotations

import json
from collections.abc import Iterator

from anling.comparison.phrases import HEALTH, LISTS, joined
from anling.comparison.run import RunResult
from anling.feeds.intake import FeedBatch, RosterBatch
from anling.matching.health import Health, SourceHealth
from anling.rules.evidence import ListName
from anling.synthesis.scoring.table import left, right

_MOST = 10
"""Lines of one kind; further ones are counted."""


def summary(result: RunResult) -> str:
    """The summary as text, Chinese and English side by side."""
    return "\n".join([*_lists(result), *_refused(result), *_quarantine(result), *_health(result), *_files(result)])


def summary_json(result: RunResult) -> str:
    """run.json of the run with the folder it lies in, for programs."""
    return json.dumps({"out": str(result.out), **result.report}, ensure_ascii=False, indent=2)


def _lists(result: RunResult) -> Iterator[str]:
    total = sum(result.lists.values())
    for name in ListName:
        rows = result.lists.get(name.value, 0)
        share = f"{rows / total:7.2%}" if total else "      –"
        yield f"{left(LISTS[name].zh, 16)}{left(LISTS[name].en, 28)}{right(f'{rows:,}', 12)}  {share}"
    yield f"{left('合计', 16)}{left('benefits compared', 28)}{right(f'{total:,}', 12)}"


def _refused(result: RunResult) -> Iterator[str]:
    refused = result.feeds.refused
    if refused:
        yield f"\n拒收批次 Batches refused: {len(refused):,}"
        yield from _shortened([f"  {each.file}: {each.sentence}" for each in refused])


def _quarantine(result: RunResult) -> Iterator[str]:
    sources: tuple[RosterBatch | FeedBatch, ...] = (result.roster, *result.feeds.batches)
    rows = sum(source.rejected for source in sources)
    if rows:
        yield f"\n隔离行数 Rows in quarantine: {rows:,} (quarantine.parquet)"
        crowded = sorted((source for source in sources if source.rejected), key=lambda each: -each.rejected)
        yield from _shortened([f"  {each.file}: {each.rejected:,} of {each.rows:,}" for each in crowded])


def _health(result: RunResult) -> Iterator[str]:
    ailing = [source for source in result.health if source.states != (Health.HEALTHY,)]
    if not ailing:
        yield "\n数据源 Sources: 全部正常 all healthy"
        return
    yield f"\n数据源异常 Sources not healthy: {len(ailing)} of {len(result.health)}"
    yield from (_source(source) for source in ailing)


def _source(source: SourceHealth) -> str:
    states = joined((HEALTH[state] for state in source.states), "、", ", ")
    expected = f" of {source.expected:,.0f} expected" if source.expected is not None else ""
    blind = "；没有记录不说明问题 absence of evidence says nothing" if source.blinds else ""
    return f"  {source.feed}: {states.zh} {states.en} ({source.rows:,} rows{expected}){blind}"


def _files(result: RunResult) -> Iterator[str]:
    yield f"\n结果 Result: {result.out}"
    yield "  decisions.parquet  evidence.parquet  quarantine.parquet  run.json  lists/"
    yield f"{result.seconds:.1f} s, {result.peak_gb:.2f} GB at most"


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], f"  … {more:,} more, see run.json"]
