"""An explanation for programs: the same content as the sentences, with codes beside the words."""

from __future__ import annotations

from typing import Any

from anling.comparison.explain.account import BenefitAccount, Explanation, PersonAccount, RecordAccount
from anling.comparison.explain.record_lines import judged_phrase, shown_name, shown_number
from anling.comparison.phrases import LISTS, REASONS, Phrase, Use
from anling.rules.clock import Clock


def as_json(explanation: Explanation, *, unmask: bool = False) -> dict[str, Any]:
    """A tree of plain values; names and numbers are masked unless asked for."""
    return {
        "person_no": explanation.person_no,
        "run": str(explanation.run),
        "as_of": explanation.as_of.isoformat(),
        "policy": explanation.policy,
        "replay_equals_stored": explanation.agrees,
        "people": [_person(person, unmask) for person in explanation.people],
        "sources": {
            feed: {"states": [state.value for state in source.states], "blinds": source.blinds}
            for feed, source in explanation.sources.items()
        },
    }


def _person(person: PersonAccount, unmask: bool) -> dict[str, Any]:
    return {
        "name": shown_name(person.name, unmask),
        "id_number": shown_number(person.number, unmask),
        "id_number_tied": person.number_tied,
        "benefits": [_benefit(benefit) for benefit in person.benefits],
        "window": {"from": str(person.window[0]), "to": person.window[1].isoformat()},
        "records": [_record(record, unmask) for record in person.records],
    }


def _benefit(benefit: BenefitAccount) -> dict[str, Any]:
    row, decision = benefit.row, benefit.decision
    return {
        "benefit_no": row.benefit_no,
        "scheme": row.scheme,
        "region": row.region,
        "pay_status": row.pay_status,
        "compared": decision is not None,
        "list": decision.list.value if decision else None,
        "list_name": _said(LISTS[decision.list]) if decision else None,
        "reasons": [_coded(reason.value, REASONS[reason]) for reason in decision.reasons] if decision else [],
        "pass_month": str(decision.pass_month) if decision and decision.pass_month else None,
        "sentence": _said(benefit.sentence),
        "clock": {"before": _clock(benefit.before), "after": _clock(benefit.after), "source": benefit.rule.source},
        "faults": [_said(fault) for fault in benefit.faults],
    }


def _record(account: RecordAccount, unmask: bool) -> dict[str, Any]:
    record = account.traced.record
    return {
        "feed": record.feed,
        "batch": record.batch,
        "row_id": record.row_id,
        "code": record.code,
        "sign": record.sign.value,
        "grade": record.grade.value,
        "date": record.day.isoformat(),
        "end_date": record.end_date.isoformat() if record.end_date else None,
        "identity": record.identity.value,
        "name": shown_name(account.traced.name, unmask),
        "deciding": account.judged is Use.DECIDING,
        "judged": _coded(account.judged.value, judged_phrase(account.judged)),
    }


def _clock(clock: Clock | None) -> dict[str, str] | None:
    if clock is None:
        return None
    return {"base": str(clock.base), "last_ok": str(clock.last_ok), "stop_month": str(clock.stop_month)}


def _said(phrase: Phrase) -> dict[str, str]:
    return {"zh": phrase.zh, "en": phrase.en}


def _coded(code: str, phrase: Phrase) -> dict[str, str]:
    return {"code": code, **_said(phrase)}
