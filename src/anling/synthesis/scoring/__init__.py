"""How good a run's decisions are against the known truth: both kinds of error apart, by trap and by scheme."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from anling.synthesis.scoring import table
from anling.synthesis.scoring.bars import NO_TRAP, Bar, bars
from anling.synthesis.scoring.manifest import read_run
from anling.synthesis.scoring.outcomes import SCHEMES, read_decisions, read_evidence, read_truth
from anling.synthesis.scoring.tally import Tally, per_million, standing, tally


@dataclass(frozen=True)
class Score:
    """The score of one run: totals, by scheme, by trap (people without a trap under `none`), and the bars."""

    as_of: date
    total: Tally
    schemes: dict[str, Tally]
    traps: dict[str, Tally]
    bars: tuple[Bar, ...]

    @property
    def met(self) -> bool:
        """Whether every bar is met."""
        return all(bar.met for bar in self.bars)

    def as_table(self) -> str:
        """The score as plain text of at most 100 columns."""
        lines = [
            f"评分 Score against the known truth, {self.as_of.isoformat()}", "",
            *table.headline(self.total), "",
            *table.groups(("险种", "scheme"), list(self.schemes.items())), "",
            *table.groups(("陷阱", "trap"), list(self.traps.items())), "",
            *table.verdicts(self.bars),
        ]  # fmt: skip
        return "\n".join(lines)

    def as_json(self) -> str:
        """The score as JSON text: every count by name, rates per million beside the errors."""
        content = {
            "as_of": self.as_of.isoformat(),
            "met": self.met,
            "bars": [asdict(bar) for bar in self.bars],
            "total": _with_rates(self.total),
            "schemes": {name: _with_rates(each) for name, each in self.schemes.items()},
            "traps": {name: _with_rates(each) for name, each in self.traps.items()},
        }
        return json.dumps(content, ensure_ascii=False, indent=2)


def _with_rates(each: Tally) -> dict[str, int | float]:
    rates = {
        "living_lost_per_million": per_million(each.living_lost, each.living),
        "dead_certified_after_per_million": per_million(each.dead_certified_after, each.people),
        "to_verify_per_10000": per_million(each.to_verify, each.people) / 100,
        "certified_share": each.certified / each.people if each.people else 0.0,
        "due_certified_share": each.due_certified / each.due if each.due else 0.0,
    }
    return {**each.as_dict(), **{name: round(rate, 4) for name, rate in rates.items()}}


def score(truth: Path, run: Path) -> Score:
    """Score the run in folder `run` (decisions.parquet, evidence.parquet, run.json) against truth.parquet.

    Raises ValueError with one sentence where a file is absent, of another province, or was not written by this house.
    """
    facts = read_truth(truth)
    told = read_run(run / "run.json")
    decisions = read_decisions(run / "decisions.parquet", facts)
    traces = read_evidence(run / "evidence.parquet", facts, told)
    whole = standing(facts, decisions, traces, told.as_of)
    everyone = np.ones(len(facts), dtype=np.bool_)
    total = tally(whole, everyone)
    schemes = {
        name: tally(standing(facts, decisions.where(decisions.scheme == place), traces, told.as_of), everyone)
        for place, name in enumerate(SCHEMES)
    }
    names = sorted(range(len(facts.traps)), key=lambda place: facts.traps[place])
    traps = {facts.traps[place]: tally(whole, facts.trap == place) for place in names}
    traps[NO_TRAP] = tally(whole, facts.trap < 0)
    return Score(told.as_of, total, schemes, traps, bars(total, traps))
