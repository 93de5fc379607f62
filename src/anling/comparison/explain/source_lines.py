"""Why somebody was not seen: which feeds could have shown the person alive, and what ails the sources (N-C2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from anling.comparison.explain.record_lines import indented
from anling.comparison.explain.run_folder import SourceState
from anling.comparison.phrases import HEALTH, Phrase, filled, joined, plain
from anling.matching.health import Health
from anling.policy.catalogue import Catalogue
from anling.rules.evidence import Sign

_SPARSE = frozenset((Health.MISSING, Health.LATE, Health.SHRUNK))
"""States in which a record of the person may exist without having arrived."""


def source_lines(sources: Mapping[str, SourceState], catalogue: Catalogue) -> Iterator[Phrase]:
    """The feeds that can show life, the healthy ones by name; then every feed that ails and could have shown it.

    A required feed that blinds the comparison is told even where it only knows of losses.
    """
    showing = [feed for feed in sources if _shows_life(feed, catalogue)]
    healthy = [feed for feed in showing if sources[feed].states == (Health.HEALTHY,)]
    yield filled(
        "本可证明健在的数据共{count}种，其中{healthy}种正常：{names}。",
        "{count} feeds could have shown the person alive, {healthy} of them healthy: {names}.",
        count=plain(len(showing)),
        healthy=plain(len(healthy)),
        names=_feeds(healthy, catalogue),
    )
    for feed, state in sources.items():
        if feed not in healthy and (feed in showing or state.blinds):
            yield indented(_ailing(feed, state, catalogue))


def _shows_life(feed: str, catalogue: Catalogue) -> bool:
    return any(code.sign is Sign.LIFE for code in catalogue.feeds[feed].codes.values())


def _ailing(feed: str, state: SourceState, catalogue: Catalogue) -> Phrase:
    required = Phrase("（必需的数据）", " (required)") if catalogue.feeds[feed].required else Phrase("", "")
    sparse = not _SPARSE.isdisjoint(state.states)
    return filled(
        "{feed}{required}：{states}{so}。",
        "{feed}{required}: {states}{so}.",
        feed=_feeds([feed], catalogue),
        required=required,
        states=joined((HEALTH[each] for each in state.states), "、", ", "),
        so=Phrase("，查不到记录不说明问题", ", so finding nothing there says little") if sparse else Phrase("", ""),
    )


def _feeds(codes: Iterable[str], catalogue: Catalogue) -> Phrase:
    named = [Phrase(catalogue.feeds[code].label_zh, catalogue.feeds[code].label_en) for code in codes]
    return joined(named, "、", ", ") if named else Phrase("无", "none")
