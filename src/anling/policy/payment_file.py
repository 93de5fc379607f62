"""Reads payment.yaml: cut-off, arrears, recovery and cases of the payment room."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from anling.policy.errors import PolicyError, said
from anling.policy.nodes import Item
from anling.policy.parameters import ParameterBook, Scope, Shape, read_parameters
from anling.rules.evidence import Scheme
from anling.rules.months import Month
from anling.rules.wording import Words


class ArrearsPaidOut(StrEnum):
    """Whether arrears are paid of themselves, or applied for and approved."""

    AUTOMATIC = "automatic"
    ON_APPLICATION = "on_application"


class AppealRestores(StrEnum):
    """When an appeal makes pay run again."""

    AT_ONCE = "at_once"
    AFTER_DECISION = "after_decision"


SHAPES = {
    "cut_off_day": Shape("day of the month", lambda item: item.whole(least=1), scoped=True),
    "arrears": Shape("word", lambda item: item.word(ArrearsPaidOut), scoped=True),
    "appeal_restores": Shape("word", lambda item: item.word(AppealRestores), scoped=True),
    "instalment_months": Shape("months", lambda item: item.whole(least=1), scoped=True),
    "offset_percent": Shape("percent", lambda item: item.whole(least=1), scoped=True),
    "visit_age": Shape("years", lambda item: item.whole(least=1), scoped=True),
    "case_working_days": Shape("working days", lambda item: item.whole(least=1), scoped=True),
}


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """The payment values of one scheme in one region at one time; when people are warned stands in notices.yaml.

    `cut_off_day` is a day of the pay month, 1 to 28. `offset_percent` of a month's pay may be kept back.
    `source` cites the documents, `assumption` marks judgement.
    Raises ValueError for a day that not every month has, and where nothing to live on would be left.
    """

    cut_off_day: int
    arrears: ArrearsPaidOut
    appeal_restores: AppealRestores
    instalment_months: int
    offset_percent: int
    case_working_days: int
    visit_age: int
    source: str = ""
    assumption: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.cut_off_day <= 28:
            raise ValueError(Words("not every month has a day %(day)s for the cut-off", day=self.cut_off_day))
        if not 1 <= self.offset_percent < 100:
            raise ValueError(
                Words(
                    "something to live on is left only where less than %(share)s %% is kept back",
                    share=self.offset_percent,
                )
            )

    @property
    def appeal_restores_at_once(self) -> bool:
        """Whether pay runs again as soon as an appeal is received."""
        return self.appeal_restores is AppealRestores.AT_ONCE

    def cut_off(self, month: Month) -> date:
        """The last day whose passes count in the run of a pay month."""
        return month.first_day.replace(day=self.cut_off_day)


@dataclass(frozen=True, slots=True)
class PaymentBook:
    """The dated payment values of both schemes."""

    parameters: ParameterBook

    def rule(self, scheme: Scheme, region: str, on: date) -> PaymentRule:
        """The values of a scheme in a paying region (any code prefix) on a day; raises PolicyError before the first."""
        found = {name: self.parameters.find(name, on, Scope(scheme, region)) for name in SHAPES}
        value = {name: entry.value.value for name, entry in found.items()}
        try:
            return PaymentRule(
                cut_off_day=int(value["cut_off_day"]),
                arrears=ArrearsPaidOut(str(value["arrears"])),
                appeal_restores=AppealRestores(str(value["appeal_restores"])),
                instalment_months=int(value["instalment_months"]),
                offset_percent=int(value["offset_percent"]),
                case_working_days=int(value["case_working_days"]),
                visit_age=int(value["visit_age"]),
                source="; ".join(dict.fromkeys(entry.value.source for entry in found.values())),
                assumption=any(entry.value.assumed for entry in found.values()),
            )
        except ValueError as error:
            newest = max(found.values(), key=lambda entry: entry.valid_from)
            raise PolicyError(newest.place, said(error), Words("change the values of this file")) from error


def read_payment(root: Item) -> PaymentBook:
    """The values of payment.yaml; raises PolicyError, also where one is impossible for some scheme and region."""
    book = PaymentBook(read_parameters(root, SHAPES))
    for day in book.parameters.days():
        for scheme in Scheme:
            for region in book.parameters.regions():
                book.rule(scheme, region, day)
    return book
