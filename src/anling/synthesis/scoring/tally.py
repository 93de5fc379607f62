"""People counted: both kinds of error, deaths found, people certified without being asked."""

from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from anling.synthesis.calendar import day_number
from anling.synthesis.columns import NEVER, Bools, Ints
from anling.synthesis.scoring.outcomes import (
    ELIGIBLE,
    LOST,
    NO_EVIDENCE,
    TO_VERIFY,
    Decisions,
    Traces,
    Truth,
    in_force,
)


@dataclass(frozen=True)
class Tally:
    """Numbers of people, each counted once, among those with a decision.

    `living_lost`: alive and on lost without custody, being missing, or a second pension (of a resident's row).
    `dead_certified_after`: dead, certified, a deciding record dated after the death; `dead_certified_before`: the
    deciding records are true ones from before the death, which nobody had reported yet.
    `two_departments`: dead with exact records of two departments delivered; `…_missed`: on neither lost nor to_verify.
    `days_*`: from death to the delivery of the first record that the run holds of it, of the dead who were found;
    −1 where there are none.
    """

    people: int
    living: int
    dead: int
    living_lost: int
    living_rightly_lost: int
    living_to_verify: int
    to_verify: int
    dead_found: int
    dead_lost: int
    dead_to_verify: int
    dead_no_evidence: int
    dead_certified_after: int
    dead_certified_before: int
    two_departments: int
    two_departments_missed: int
    certified: int
    due: int
    due_certified: int
    days_median: int
    days_90th: int

    def as_dict(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


@dataclass(frozen=True)
class Standing:
    """For each person of the truth: whether a decision exists and what it and the truth say."""

    decided: Bools
    dead: Bools
    lost: Bools
    wrongly_lost: Bools
    to_verify: Bools
    certified: Bools
    no_evidence: Bools
    certified_after: Bools
    two_departments: Bools
    due: Bools
    days: Ints


def standing(truth: Truth, decisions: Decisions, traces: Traces, as_of: date) -> Standing:
    """Bring the rows of each person together: one wrong row is an error of the person."""
    today = day_number(as_of)
    dead = truth.death <= today
    excused = in_force(truth, as_of)[decisions.who] | dead[decisions.who]
    excused |= truth.double[decisions.who] & (decisions.scheme == 1)

    def people(rows: Bools) -> Bools:
        marked = np.zeros(len(truth), dtype=np.bool_)
        marked[decisions.who[rows]] = True
        return marked

    certified = people(decisions.list == ELIGIBLE)
    return Standing(
        decided=people(decisions.list >= 0), dead=dead, lost=people(decisions.list == LOST),
        wrongly_lost=people((decisions.list == LOST) & ~excused), to_verify=people(decisions.list == TO_VERIFY),
        certified=certified, no_evidence=people(decisions.list == NO_EVIDENCE),
        certified_after=certified & dead & (traces.newest_life > truth.death),
        two_departments=dead & (truth.two_departments_on <= today), due=truth.due,
        days=np.where(traces.first_report < NEVER, np.minimum(traces.first_report, today) - truth.death, -1),
    )  # fmt: skip


def tally(state: Standing, among: Bools) -> Tally:
    """Count the people of a group that have a decision."""
    group = among & state.decided
    living, dead = group & ~state.dead, group & state.dead
    found = dead & (state.lost | state.to_verify)
    days = state.days[found & (state.days >= 0)]
    two = dead & state.two_departments

    def count(chosen: Bools) -> int:
        return int(np.count_nonzero(chosen))

    return Tally(
        people=count(group), living=count(living), dead=count(dead), living_lost=count(living & state.wrongly_lost),
        living_rightly_lost=count(living & state.lost & ~state.wrongly_lost),
        living_to_verify=count(living & state.to_verify), to_verify=count(group & state.to_verify),
        dead_found=count(found), dead_lost=count(dead & state.lost),
        dead_to_verify=count(dead & state.to_verify & ~state.lost),
        dead_no_evidence=count(dead & state.no_evidence & ~found & ~state.certified),
        dead_certified_after=count(dead & state.certified_after),
        dead_certified_before=count(dead & state.certified & ~state.certified_after),
        two_departments=count(two), two_departments_missed=count(two & ~found),
        certified=count(group & state.certified), due=count(group & state.due),
        due_certified=count(group & state.due & state.certified),
        days_median=_quantile(days, 0.5), days_90th=_quantile(days, 0.9),
    )  # fmt: skip


def _quantile(days: Ints, share: float) -> int:
    return int(np.quantile(days, share, method="higher")) if len(days) else -1


def per_million(part: int, whole: int) -> float:
    """People per million; 0 where there is nobody."""
    return part / whole * 1e6 if whole else 0.0
