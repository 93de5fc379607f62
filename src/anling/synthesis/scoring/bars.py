"""The bars that decisions on a synthetic province must clear (issue A), each met or not."""

from dataclasses import dataclass

from anling.synthesis.scoring.tally import Tally, per_million
from anling.synthesis.traps import IDENTITY_TRAPS

NO_TRAP = "none"
"""How people on whom no trap was planted are named."""


@dataclass(frozen=True)
class Bar:
    """One bar: what must hold, in Chinese and English, whether it does, and the figure behind it."""

    zh: str
    en: str
    met: bool
    figure: str


def bars(total: Tally, traps: dict[str, Tally]) -> tuple[Bar, ...]:
    """Judge the three bars."""
    strangers = {
        name: each.dead_certified_after
        for name, each in traps.items()
        if each.dead_certified_after and name not in IDENTITY_TRAPS
    }
    borrowed = sum(traps[name].dead_certified_after for name in IDENTITY_TRAPS if name in traps)
    return (
        Bar(
            "在世者被判丧失：每百万 0 人",
            "living people on lost: 0 per million",
            total.living_lost == 0,
            f"{total.living_lost} = {per_million(total.living_lost, total.living):.1f} per million",
        ),
        Bar(
            "身后记录认证亡者：仅限冒用身份",
            "dead certified by a record after death: borrowed identity only",
            not strangers,
            ", ".join(f"{name} {count}" for name, count in sorted(strangers.items()))
            or f"0 others, {borrowed} borrowed",
        ),
        Bar(
            "两部门记录齐全的死亡：均丧失或待核实",
            "deaths with two departments' exact records: lost or to verify",
            total.two_departments_missed == 0,
            f"{total.two_departments_missed} missed of {total.two_departments}",
        ),
    )
