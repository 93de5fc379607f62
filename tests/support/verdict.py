"""The decision as domain.md section 2 words it, rule by rule, with nothing made fast. Not the production rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from tests.support.facts import Seen, Subject, in_window, leads, month_of, month_text, strong_life, usable
from tests.support.hints import flags

REASONS = (
    *("conflict", "death", "custody", "missing", "double_benefit", "single_source", "lead_other_name"),
    *("lead_near_id", "lead_no_id", "life_other_name", "shared_id", "double_roster", "over_110"),
    *("life_p1", "life_p2", "life_p3x3", "none", "roster_id_invalid", "source_unknown"),
    *("no_raise", "hint", "conflict_with_pass"),
)
LEAD_REASONS = {
    "variant_name": "lead_other_name",
    "other_name": "lead_other_name",
    "near_id": "lead_near_id",
    "no_id": "lead_no_id",
}
ENDING = ("death", "missing", "custody")


@dataclass(frozen=True)
class Verdict:
    """The list of one benefit, with its reasons in the order of domain.md and the places of the deciding records."""

    benefit_no: str
    list: str
    pass_month: str | None
    reasons: tuple[str, ...]
    deciding: tuple[Seen, ...]


@dataclass(frozen=True)
class Outcome:
    """What one of the rules 3 to 7 concludes."""

    list: str
    reasons: frozenset[str]
    deciding: tuple[Seen, ...] = ()


def decide(subject: Subject, records: Sequence[Seen], as_of: date, sources_unknown: bool) -> list[Verdict]:
    """One verdict per benefit, in the order of benefit numbers."""
    verdicts = []
    for benefit_no, scheme in sorted(subject.benefits):
        outcome, extra = decide_benefit(subject, scheme, records, as_of), set[str]()
        if subject.number_valid:
            extra |= flags(subject, records, as_of)
        if outcome.list == "no_evidence" and sources_unknown:
            extra.add("source_unknown")
        reasons = tuple(reason for reason in REASONS if reason in outcome.reasons | extra)
        newest = max((month_of(seen.day) for seen in outcome.deciding), default=0)
        pass_month = month_text(newest) if outcome.list == "eligible" else None
        verdicts.append(Verdict(benefit_no, outcome.list, pass_month, reasons, unique(outcome.deciding)))
    return verdicts


def decide_benefit(subject: Subject, scheme: str, records: Sequence[Seen], as_of: date) -> Outcome:
    if not subject.number_valid:
        return Outcome("no_evidence", frozenset({"roster_id_invalid"}))
    two_pensions = settled("double_benefit", usable(records, subject, as_of))
    if two_pensions and scheme != "resident":
        records = [seen for seen in records if seen.sign != "double_benefit"]
    return (
        rule_3_conflict(subject, records, as_of)
        or rule_4_lost(subject, records, as_of)
        or rule_5_to_verify(subject, records, as_of)
        or rule_6_eligible(subject, records, as_of)
        or Outcome("no_evidence", frozenset({"none"}))
    )


def rule_3_conflict(subject: Subject, records: Sequence[Seen], as_of: date) -> Outcome | None:
    life = strong_life(records, subject, as_of)
    losses = [seen for seen in usable(records, subject, as_of) if seen.is_loss and seen.sign in ENDING]
    contradicted = [loss for loss in losses if any(sign.day > loss.day for sign in life)]
    if not contradicted:
        return None
    earliest = min(loss.day for loss in contradicted)
    later = [sign for sign in life if sign.day > earliest]
    return Outcome("to_verify", frozenset({"conflict"} | {loss.sign for loss in contradicted}), (*contradicted, *later))


def rule_4_lost(subject: Subject, records: Sequence[Seen], as_of: date) -> Outcome | None:
    in_force = usable(records, subject, as_of)
    by_sign = {sign: settled(sign, in_force) for sign in (*ENDING, "double_benefit")}
    reasons = frozenset(sign for sign, deciding in by_sign.items() if deciding)
    deciding = tuple(seen for group in by_sign.values() for seen in group)
    return Outcome("lost", reasons, deciding) if reasons else None


def settled(sign: str, in_force: Sequence[Seen]) -> list[Seen]:
    """The L1 of this sign, and the L2 that another department confirms within 30 days."""
    losses = [seen for seen in in_force if seen.is_loss and seen.sign == sign]
    decisive = [seen for seen in losses if seen.grade == "L1"]
    strong = [seen for seen in losses if seen.grade == "L2"]
    return decisive + [one for one in strong if any(confirm(one, other) for other in strong)]


def confirm(one: Seen, other: Seen) -> bool:
    return one.department != other.department and abs((one.day - other.day).days) <= 30


def rule_5_to_verify(subject: Subject, records: Sequence[Seen], as_of: date) -> Outcome | None:
    singles = [seen for seen in usable(records, subject, as_of) if seen.is_loss]
    open_leads = unrefuted(subject, records, as_of)
    strangers = other_names(subject, records, as_of) if rule_6_eligible(subject, records, as_of) is None else []
    reasons = {seen.sign for seen in singles}
    reasons |= {"single_source"} if singles else set()
    reasons |= {LEAD_REASONS[seen.identity] for seen in open_leads}
    reasons |= {"life_other_name"} if strangers else set()
    reasons |= {"shared_id"} if subject.shared_id else set()
    reasons |= {"over_110"} if over_110(subject, records, as_of) else set()
    return Outcome("to_verify", frozenset(reasons), (*singles, *open_leads, *strangers)) if reasons else None


def unrefuted(subject: Subject, records: Sequence[Seen], as_of: date) -> list[Seen]:
    life = strong_life(records, subject, as_of)
    found = leads(records, subject, as_of)
    return [lead for lead in found if lead.sign not in ENDING or not any(sign.day > lead.day for sign in life)]


def other_names(subject: Subject, records: Sequence[Seen], as_of: date) -> list[Seen]:
    life = [seen for seen in records if seen.sign == "life" and seen.identity == "other_name"]
    return [seen for seen in life if in_window(seen, subject, as_of)]


def over_110(subject: Subject, records: Sequence[Seen], as_of: date) -> bool:
    birth = subject.birth
    if birth is None or (as_of.year, as_of.month, as_of.day) <= (birth.year + 110, birth.month, birth.day):
        return False
    return not any(sign.grade == "P1" for sign in recent_life(subject, records, as_of))


def recent_life(subject: Subject, records: Sequence[Seen], as_of: date) -> list[Seen]:
    found = usable(records, subject, as_of)
    return [seen for seen in found if seen.sign == "life" and in_window(seen, subject, as_of)]


def rule_6_eligible(subject: Subject, records: Sequence[Seen], as_of: date) -> Outcome | None:
    """Rule 6 as a whole: no L1 or L2 in force, no open lead, and life shown in the window."""
    if any(seen.is_loss for seen in usable(records, subject, as_of)) or unrefuted(subject, records, as_of):
        return None
    life = recent_life(subject, records, as_of)
    proof = {grade: [seen for seen in life if seen.grade == grade] for grade in ("P1", "P2")}
    weak = in_triples([seen for seen in life if seen.grade == "P3"])
    named = {"life_p1": proof["P1"], "life_p2": proof["P2"], "life_p3x3": weak}
    reasons = frozenset(reason for reason, signs in named.items() if signs)
    return Outcome("eligible", reasons, (*proof["P1"], *proof["P2"], *weak)) if reasons else None


def in_triples(weak: Sequence[Seen]) -> list[Seen]:
    """Members of any three on different days, of two kinds at least, within 90 days."""
    members: set[Seen] = set()
    for triple in combinations(weak, 3):
        days = sorted({seen.day for seen in triple})
        if len(days) == 3 and (days[2] - days[0]).days <= 90 and len({seen.kind for seen in triple}) >= 2:
            members |= set(triple)
    return [seen for seen in weak if seen in members]


def unique(records: Sequence[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(set(records), key=lambda seen: seen.place))
