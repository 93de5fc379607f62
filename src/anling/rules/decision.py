"""The decision on one person: rules 3 to 7 of domain.md, section 2, tried in that order (N-B1).

Records come already tied to the person (their `identity`), and already matched with the release or revocation that
cancels them (their `cancelled`). Nothing here ends a benefit: every list is a proposal that named officers confirm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anling.rules.evidence import Grade, Identity, ListName, Reason, Record, Scheme, Sign
from anling.rules.facts import STRONG, Benefit, DecisionRule, Facts, Person, by_day, gather
from anling.rules.fates import Fate
from anling.rules.months import Month
from anling.rules.triples import in_triples

__all__ = ["Benefit", "Decision", "DecisionRule", "Fate", "Person", "decide"]

REFUTABLE = frozenset((Sign.DEATH, Sign.CUSTODY, Sign.MISSING))
"""Losses that a later sign of life contradicts; a second pension it does not."""

_ORDER = {reason: place for place, reason in enumerate(Reason)}
_LEAD_REASONS = {
    Identity.VARIANT_NAME: Reason.LEAD_OTHER_NAME,
    Identity.OTHER_NAME: Reason.LEAD_OTHER_NAME,
    Identity.NEAR_ID: Reason.LEAD_NEAR_ID,
    Identity.NO_ID: Reason.LEAD_NO_ID,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says: a list, the reasons for it, and the records it rests on."""

    list: ListName
    reasons: frozenset[Reason]
    deciding: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one benefit: a proposal with its reasons, its deciding records and the fate of every loss record.

    `pass_month` is the month that a pass by data comparison would count from; only the eligible have one. `hints` are
    shown and count for nothing. Raises ValueError where list, pass month and reasons contradict each other.
    """

    benefit_no: str
    person_no: str
    scheme: Scheme
    list: ListName
    pass_month: Month | None
    reasons: tuple[Reason, ...]
    deciding: tuple[Record, ...]
    fates: tuple[Fate, ...]
    hints: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        if (self.list is ListName.ELIGIBLE) != (self.pass_month is not None):
            raise ValueError(f"Benefit {self.benefit_no}: exactly the eligible have a pass month.")
        if not self.reasons or self.reasons != in_order(self.reasons):
            raise ValueError(f"Benefit {self.benefit_no}: a decision has reasons, each once, in their fixed order.")


def decide(
    person: Person, records: Iterable[Record], *, as_of: date, rule: DecisionRule, sources_unknown: bool
) -> tuple[Decision, ...]:
    """One decision per compared benefit, in the order of benefit_no.

    `sources_unknown` says that a required feed is missing or far too small, so that absence of evidence means nothing.
    A person whose own number fails its check is tied to nothing, whatever records are handed in.
    """
    tied = records if person.number_valid else ()
    facts = gather(person, tied, as_of, rule)
    benefits = sorted(person.benefits, key=lambda benefit: benefit.benefit_no)
    return tuple(_decide_benefit(facts, benefit, sources_unknown) for benefit in benefits)


def conflict(facts: Facts) -> Outcome | None:
    """Rule 3: death, missing or custody in force, and a strong sign of life dated strictly after it."""
    strong = [record for record in facts.seen if record.grade in STRONG]
    denied = [loss for loss in facts.losses if loss.sign in REFUTABLE and _any_after(loss, strong)]
    if not denied:
        return None
    earliest = min(denied, key=lambda loss: loss.day)
    later = [record for record in strong if record.day > earliest.day]
    return Outcome(ListName.TO_VERIFY, _signs(denied) | {Reason.CONFLICT}, (*denied, *later))


def loss_settled(facts: Facts) -> Outcome | None:
    """Rule 4: one decisive loss, or two strong ones of the same sign from different departments close in time."""
    decisive = _decisive(facts)
    return Outcome(ListName.LOST, _signs(decisive), decisive) if decisive else None


def open_question(facts: Facts) -> Outcome | None:
    """Rule 5: whatever a human must look at before anything is said: all questions together give the reasons."""
    leads = _open_leads(facts)
    strangers = () if life_proven(facts) else facts.strangers
    reasons = set(_signs(facts.losses)) | {_LEAD_REASONS[lead.identity] for lead in leads} | _standing(facts)
    if facts.losses:
        reasons.add(Reason.SINGLE_SOURCE)
    if strangers:
        reasons.add(Reason.LIFE_OTHER_NAME)
    deciding = (*facts.losses, *leads, *strangers)
    return Outcome(ListName.TO_VERIFY, frozenset(reasons), deciding) if reasons else None


def life_proven(facts: Facts) -> Outcome | None:
    """Rule 6: no loss in force, no open lead, and in the window one P1, or one P2, or a triple of weak signs."""
    if facts.losses or _open_leads(facts):
        return None
    strong = tuple(record for record in facts.window if record.grade in STRONG)
    proof = (*strong, *in_triples(facts.window, facts.rule))
    reasons = frozenset(_LIFE_REASONS[record.grade] for record in proof)
    return Outcome(ListName.ELIGIBLE, reasons, proof) if proof else None


def nothing_known(facts: Facts, sources_unknown: bool) -> Outcome:
    """Rule 7: everyone else. By itself this changes nothing, least of all where a department sent no file."""
    reason = Reason.NONE if facts.person.number_valid else Reason.ROSTER_ID_INVALID
    absence = {Reason.SOURCE_UNKNOWN} if sources_unknown else set()
    return Outcome(ListName.NO_EVIDENCE, frozenset({reason} | absence))


def flags(facts: Facts) -> frozenset[Reason]:
    """What is shown beside any list without moving anyone: double_roster, no_raise, hint, conflict_with_pass."""
    shown = {
        Reason.DOUBLE_ROSTER: facts.person.double_roster,
        Reason.NO_RAISE: any(record.no_raise and _recent(record, facts) for record in facts.seen),
        Reason.HINT: bool(facts.hints),
        Reason.CONFLICT_WITH_PASS: any(_before_last_pass(loss, facts) for loss in facts.losses),
    }
    return frozenset(reason for reason, applies in shown.items() if applies)


def in_order(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons, each once, in the fixed order of their list."""
    return tuple(sorted(set(reasons), key=_ORDER.__getitem__))


_RULES_IN_ORDER = (conflict, loss_settled, open_question, life_proven)
_LIFE_REASONS = {Grade.P1: Reason.LIFE_P1, Grade.P2: Reason.LIFE_P2, Grade.P3: Reason.LIFE_P3X3}


def _decide_benefit(facts: Facts, benefit: Benefit, sources_unknown: bool) -> Decision:
    outcome = _first_outcome(_facts_for(benefit.scheme, facts), sources_unknown)
    raised = flags(facts) if facts.person.number_valid else frozenset()
    return Decision(
        benefit_no=benefit.benefit_no,
        person_no=facts.person.person_no,
        scheme=benefit.scheme,
        list=outcome.list,
        pass_month=_pass_month(outcome),
        reasons=in_order(outcome.reasons | raised),
        deciding=tuple(sorted(outcome.deciding, key=by_day)),
        fates=facts.fates,
        hints=facts.hints,
    )


def _first_outcome(facts: Facts, sources_unknown: bool) -> Outcome:
    if facts.person.number_valid:
        for tried in _RULES_IN_ORDER:
            outcome = tried(facts)
            if outcome:
                return outcome
    return nothing_known(facts, sources_unknown)


def _facts_for(scheme: Scheme, facts: Facts) -> Facts:
    """A proven double benefit takes the resident benefit alone; the others are decided without it (rule 4)."""
    proven = any(record.sign is Sign.DOUBLE_BENEFIT for record in _decisive(facts))
    return facts.without(Sign.DOUBLE_BENEFIT) if proven and scheme is not Scheme.RESIDENT else facts


def _decisive(facts: Facts) -> tuple[Record, ...]:
    """The losses that settle the matter: every L1, and every L2 that another department confirms in time."""
    return tuple(loss for loss in facts.losses if loss.grade is Grade.L1 or _confirmed(loss, facts))


def _confirmed(loss: Record, facts: Facts) -> bool:
    return any(
        other.grade is Grade.L2
        and other.sign is loss.sign
        and other.department != loss.department
        and abs((other.day - loss.day).days) <= facts.rule.l2_pair_days
        for other in facts.losses
    )


def _open_leads(facts: Facts) -> tuple[Record, ...]:
    return tuple(lead for lead in facts.leads if not _refuted(lead, facts))


def _refuted(lead: Record, facts: Facts) -> bool:
    """A lead falls where its person was strongly seen alive after it; only a second pension no life can refute."""
    return lead.sign in REFUTABLE and _any_after(lead, (record for record in facts.seen if record.grade in STRONG))


def _standing(facts: Facts) -> set[Reason]:
    """Questions that the roster itself raises: a shared number, or an age that needs a decisive sign of life."""
    reasons = {Reason.SHARED_ID} if facts.person.shared_id else set()
    seen_decisively = any(record.grade is Grade.P1 for record in facts.window)
    return reasons | ({Reason.OVER_110} if _past_age_limit(facts) and not seen_decisively else set())


def _past_age_limit(facts: Facts) -> bool:
    birth = facts.person.birth_date
    # dates as yyyymmdd integers: the birthday itself does not count as past, 29 February included
    return birth is not None and _as_digits(facts.as_of) > _as_digits(birth) + facts.rule.age_limit * 10_000


def _as_digits(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _recent(record: Record, facts: Facts) -> bool:
    return Month.of_date(record.day) >= Month.of_date(facts.as_of) - facts.rule.window_months


def _before_last_pass(loss: Record, facts: Facts) -> bool:
    last_pass = facts.person.last_pass
    return loss.sign in REFUTABLE and last_pass is not None and Month.of_date(loss.day) < last_pass


def _pass_month(outcome: Outcome) -> Month | None:
    if outcome.list is not ListName.ELIGIBLE:
        return None
    return Month.of_date(max(record.day for record in outcome.deciding))


def _signs(losses: Iterable[Record]) -> frozenset[Reason]:
    return frozenset(Reason(loss.sign.value) for loss in losses)


def _any_after(loss: Record, signs_of_life: Iterable[Record]) -> bool:
    return any(record.day > loss.day for record in signs_of_life)
