"""The whole comparison in plain Python, slow on purpose: raw rows in, decisions and evidence rows out (contracts.md).

Every person is held against every record; nothing is indexed, cached or skipped. The production rule
(``anling.rules.decision``) is not called: this is a statement of its own, written from the specification.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from anling.policy import Policy
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.names import Agreement, agreement
from tests.support.cancel import cancelled_by
from tests.support.facts import Seen, Subject, why_not
from tests.support.tie import Human, Paper, humans, papers, ties
from tests.support.verdict import Verdict, decide
from tests.support.world import Row, World


@dataclass(frozen=True)
class Result:
    """Rows as they stand in decisions.parquet and evidence.parquet, sorted."""

    decisions: list[Row]
    evidence: list[Row]


def compare(world: World, policy: Policy, *, sources_unknown: bool = False) -> Result:
    people = humans(world)
    tied = tie_all(people, papers(world))
    decisions, evidence = [], []
    for human in people:
        subject = describe(human, people, policy, world.as_of)
        records = tied[human]
        verdicts = decide(subject, records, world.as_of, sources_unknown)
        decisions += [decision_row(human, verdict) for verdict in verdicts]
        evidence += [evidence_row(subject, seen, world.as_of) for seen in shown(records, verdicts)]
    return Result(sorted(decisions, key=decision_order), sorted(evidence, key=evidence_order))


def tie_all(people: Sequence[Human], all_papers: Sequence[Paper]) -> dict[Human, list[Seen]]:
    tied: dict[Human, list[Seen]] = {human: [] for human in people}
    for paper in all_papers:
        for human, identity in ties(people, paper):
            tied[human].append(see(paper, identity, cancelled_by(paper, all_papers)))
    return tied


def see(paper: Paper, identity: str, cancelled: str | None) -> Seen:
    shared = ("feed", "batch", "row_id", "code", "sign", "grade", "kind", "department", "no_raise", "day", "end")
    return Seen(**{name: getattr(paper, name) for name in shared}, identity=identity, cancelled=cancelled)


def describe(human: Human, people: Sequence[Human], policy: Policy, as_of: date) -> Subject:
    bases = [base for row in human.rows if (base := base_of(row, policy, as_of)) is not None]
    passes = [month for row in human.rows if (month := month_index(row.get("last_pass_month"))) is not None]
    others = [o for o in people if o.person_no != human.person_no and o.tieable and o.number == human.number]
    names = {agreement(human.name, other.name) for other in others}
    return Subject(
        person_no=human.person_no,
        benefits=tuple((row["benefit_no"], row["scheme"]) for row in human.rows),
        base=min(bases, default=None),
        last_pass=max(passes, default=None),
        birth=human.birth,
        number_valid=human.tieable,
        shared_id=Agreement.DIFFERENT in names,
        double_roster=bool(names - {Agreement.DIFFERENT}),
    )


def month_index(text: str | None) -> int | None:
    return Month.parse(text).index if text else None


def base_of(row: Row, policy: Policy, as_of: date) -> int | None:
    """The month the clock counts from: the last pass, or the first base of the scheme's rule (domain.md section 1)."""
    last_pass = month_index(row.get("last_pass_month"))
    if last_pass is not None:
        return last_pass
    convention = str(policy.clock_rule(Scheme(row["scheme"]), row["region"], as_of).first_base)
    applied, approved = month_index(row.get("application_month")), month_index(row.get("approval_month"))
    if convention == "approval_month":
        return approved if approved is not None else applied
    if convention == "application_month":
        return applied if applied is not None else approved
    if convention == "application_next_month":
        stated = applied if applied is not None else approved
        return None if stated is None else stated + 1
    return month_index(row.get("benefit_start")) if convention == "benefit_start" else None


def shown(records: Sequence[Seen], verdicts: Sequence[Verdict]) -> list[Seen]:
    """The deciding records, and every loss sign whatever became of it."""
    deciding = {seen for verdict in verdicts for seen in verdict.deciding}
    return [seen for seen in records if seen.is_loss or seen in deciding]


def decision_row(human: Human, verdict: Verdict) -> Row:
    (row,) = [row for row in human.rows if row["benefit_no"] == verdict.benefit_no]
    return {
        "benefit_no": verdict.benefit_no,
        "person_no": human.person_no,
        "scheme": row["scheme"],
        "list": verdict.list,
        "pass_month": verdict.pass_month,
        "reasons": list(verdict.reasons),
        "deciding": [{"feed": seen.feed, "batch": seen.batch, "row_id": seen.row_id} for seen in verdict.deciding],
    }


def evidence_row(subject: Subject, seen: Seen, as_of: date) -> Row:
    fate = why_not(seen, subject, as_of)
    return {
        "person_no": subject.person_no,
        "feed": seen.feed,
        "batch": seen.batch,
        "row_id": seen.row_id,
        "sign": seen.sign,
        "grade": seen.grade,
        "event_date": seen.day,
        "end_date": None if seen.sign == "life" else seen.end,  # a life sign is one day: the date that counts
        "identity": seen.identity,
        "usable": fate is None,
        "why_not": fate,
    }


def decision_order(row: Row) -> tuple[str, ...]:
    return row["person_no"], row["benefit_no"]


def evidence_order(row: Row) -> tuple[str, ...]:
    return row["person_no"], row["feed"], row["batch"], row["row_id"], row["identity"]
