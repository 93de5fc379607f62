"""Reads notices.yaml: when people are warned, how often they may be written to, and how a message is tried."""

from dataclasses import dataclass
from datetime import date

from anling.policy.errors import PolicyError
from anling.policy.nodes import Item
from anling.policy.parameters import ParameterBook, Shape, read_parameters
from anling.rules.wording import Words

LAST_HOUR = 23
WAYS = ("comparison", "remote", "unit", "outlet", "visit", "enrolment", "cooperation", "consular")
"""Ways of certification after which a result can be told, by the words of passes.models.Way."""
NONE = "none"


def _hour(item: Item) -> int:
    hour = item.whole()
    if hour > LAST_HOUR:
        raise item.error(
            Words("`%(hour)s` is no hour of the day", hour=hour), Words("write 0 to %(last)s", last=LAST_HOUR)
        )
    return hour


def _ways(item: Item) -> str:
    words = item.text().split()
    strangers = [word for word in words if word not in WAYS and words != [NONE]]
    if strangers or len(words) != len(set(words)):
        wrong = strangers[0] if strangers else max(words, key=words.count)
        raise item.error(
            Words("`%(way)s` is no way of certification, or stands there twice", way=wrong),
            Words("use %(none)s, or some of %(ways)s", none=NONE, ways=", ".join(WAYS)),
        )
    return " ".join(words)


SHAPES = {
    "warning_first_days": Shape("days", lambda item: item.whole(least=1)),
    "warning_second_days": Shape("days", lambda item: item.whole(least=1)),
    "warning_last_days": Shape("days", lambda item: item.whole(least=1)),
    "messages_per_week": Shape("messages", lambda item: item.whole(least=1)),
    "quiet_from": Shape("hour", _hour),
    "quiet_until": Shape("hour", _hour),
    "tries": Shape("times", lambda item: item.whole(least=1)),
    "first_wait_minutes": Shape("minutes", lambda item: item.whole(least=1)),
    "receipt_days": Shape("days", lambda item: item.whole(least=1)),
    "result_ways": Shape("ways", _ways),
    "result_days": Shape("days", lambda item: item.whole(least=1)),
    "consent_link_days": Shape("days", lambda item: item.whole(least=1)),
    "hotline": Shape("text", lambda item: item.text()),
}


_WORDS = ("hotline", "result_ways")


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """How people are told on a day. Hours are of Asia/Shanghai; equal hours mean that no hour is quiet.

    stages: days before the first day of the stop month on which a warning goes out, the earliest first. result_ways:
    after a pass by which ways its result is told; result_days: of passes recorded no longer ago.
    """

    stages: tuple[int, ...]
    messages_per_week: int
    quiet_from: int
    quiet_until: int
    tries: int
    first_wait_minutes: int
    receipt_days: int
    result_ways: tuple[str, ...]
    result_days: int
    consent_link_days: int
    hotline: str


@dataclass(frozen=True, slots=True)
class NoticeBook:
    """The dated values of notices.yaml."""

    parameters: ParameterBook

    def rule(self, on: date) -> NoticeRule:
        """What holds on a day; raises PolicyError before the first values, and where warnings are out of order."""
        found = {name: self.parameters.find(name, on) for name in SHAPES}
        whole = {name: int(entry.value.value) for name, entry in found.items() if name not in _WORDS}
        stages = tuple(whole.pop(f"warning_{which}_days") for which in ("first", "second", "last"))
        if not stages[0] > stages[1] > stages[2]:
            raise PolicyError(
                found["warning_last_days"].place,
                Words("warnings of %(stages)s days do not follow each other", stages=stages),
                Words("let each come nearer to the stop than the one before"),
            )
        ways = tuple(word for word in str(found["result_ways"].value.value).split() if word != NONE)
        return NoticeRule(stages=stages, result_ways=ways, hotline=str(found["hotline"].value.value), **whole)


def read_notices(root: Item) -> NoticeBook:
    """The values of notices.yaml; raises PolicyError, also where warnings are out of order on some day."""
    book = NoticeBook(read_parameters(root, SHAPES))
    for day in book.parameters.days():
        book.rule(day)
    return book
