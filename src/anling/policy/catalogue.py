"""The catalogue of feeds: which department sends what, what each code is worth, and how much of it to expect (N-C2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from anling.policy.fingerprints import fingerprint
from anling.rules.evidence import Grade, Sign
from anling.rules.wording import Words

LOSS = frozenset((Grade.L1, Grade.L2))
GRADES: Mapping[Sign, frozenset[Grade]] = MappingProxyType(
    {
        Sign.LIFE: frozenset((Grade.P1, Grade.P2, Grade.P3)),
        **dict.fromkeys((Sign.DEATH, Sign.CUSTODY, Sign.MISSING, Sign.DOUBLE_BENEFIT), LOSS),
        Sign.HINT: frozenset((Grade.L3,)),
        **dict.fromkeys((Sign.RELEASE, Sign.REVOCATION, Sign.NONE), frozenset((Grade.NONE,))),
    }
)
# The ingested store packs the number of a kind into six bits beside day and grade, and 0 is no kind.
MOST_KINDS = 63


class DatedBy(StrEnum):
    """The column whose date counts for a record (a hospital stay: its end)."""

    EVENT_DATE = "event_date"
    END_DATE = "end_date"


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What one code of a feed says about a person.

    `kind` is what counts as one kind for three weak signs of life: feed and code, where codes do not share one.
    `no_raise`: the person is paid, but without the yearly raise. `proves_…`, `faked_by_…` are sentences for officers,
    `source` the document, or "assumption". Raises ValueError where sign and grade contradict each other.
    """

    code: str
    sign: Sign
    grade: Grade
    kind: str
    dated_by: DatedBy
    no_raise: bool
    label_zh: str
    label_en: str
    proves_zh: str
    proves_en: str
    faked_by_zh: str
    faked_by_en: str
    source: str

    def __post_init__(self) -> None:
        if self.grade not in GRADES[self.sign]:
            raise ValueError(
                Words("the sign %(sign)s cannot have the grade %(grade)s", sign=self.sign, grade=self.grade)
            )
        if self.no_raise and self.sign is not Sign.LIFE:
            raise ValueError(Words("no_raise belongs to a sign of life, not to %(sign)s", sign=self.sign))


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of one department, as the catalogue describes it on one day.

    `required`: where it is missing or shrunk, absence of evidence means nothing (`source_unknown`). `usual_delay_days`
    lie between event and delivery. `expected_per_1000_month` are rows per 1,000 recipients and month, None where
    nothing is expected. `source` is the document behind the feed, `sources` names those behind its three numbers.
    `fingerprint` changes exactly when what intake makes of a file may change.
    """

    code: str
    department: str
    label_zh: str
    label_en: str
    required: bool
    usual_delay_days: int
    expected_per_1000_month: float | None
    codes: Mapping[str, CodeMeaning]
    source: str
    sources: Mapping[str, str]
    fingerprint: str

    @property
    def proves_life(self) -> bool:
        """Whether a record of it can be a sign of life."""
        return any(meaning.sign is Sign.LIFE for meaning in self.codes.values())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The feeds of one day, and the kinds of all days in the order of their numbers."""

    feeds: Mapping[str, Feed]
    kinds: tuple[str, ...]

    def kind_number(self, kind: str) -> int:
        """The number of a kind in the ingested store, 1 to 63, the same for every day; KeyError if unknown."""
        try:
            return self.kinds.index(kind) + 1
        except ValueError:
            raise KeyError(kind) from None

    @property
    def required(self) -> tuple[Feed, ...]:
        """The feeds without which absence of evidence means nothing."""
        return tuple(feed for feed in self.feeds.values() if feed.required)


def feed_fingerprint(codes: Mapping[str, CodeMeaning], kinds: tuple[str, ...]) -> str:
    """What intake reads from the codes of a feed: sign, grade, kind with its number, date that counts, no_raise."""
    return fingerprint(
        sorted(
            (code.code, code.sign, code.grade, code.kind, kinds.index(code.kind), code.dated_by, code.no_raise)
            for code in codes.values()
        )
    )
