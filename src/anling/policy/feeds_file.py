"""Reads feeds.yaml into the history of every feed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from anling.policy.catalogue import MOST_KINDS, Catalogue, CodeMeaning, DatedBy, Feed, feed_fingerprint
from anling.policy.dated import DATES, DATES_OPTIONAL, History, dated, histories
from anling.policy.errors import PolicyError, said
from anling.policy.lookup import Table
from anling.policy.nodes import Item
from anling.rules.evidence import Grade, Sign
from anling.rules.wording import Words

FEED_KEYS = ("feed", "department", "label", "source", "required", "usual_delay", "expected", "codes", *DATES)
CODE_KEYS = ("code", "sign", "grade", "label", "proves", "faked_by", "source")
CODE_OPTIONAL = ("kind", "dated_by", "no_raise")
MEASURES = ("required", "usual_delay", "expected")
MEASURE_KEYS = ("value", "unit", "source")
DELAY_UNIT = "days"
EXPECTED_UNIT = "rows per 1000 recipients and month"
REQUIRED_UNIT = "yes or no"

_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SHAPE = Words("write lower-case Latin letters, digits and single underscores, a letter first")


@dataclass(frozen=True, slots=True)
class FeedBook:
    """Every feed with all descriptions it had, and the kinds of all days in the order of their numbers."""

    feeds: Mapping[str, History[Feed]]
    kinds: tuple[str, ...]

    def on(self, day: date) -> Catalogue:
        """The catalogue in force on a day; a feed that has ended or not begun is not in it."""
        found = {code: history.on(day) for code, history in self.feeds.items()}
        return Catalogue(Table({code: entry.value for code, entry in found.items() if entry}), self.kinds)


def read_feeds(root: Item) -> FeedBook:
    """The feeds of feeds.yaml; raises PolicyError."""
    entries = root.block(["feeds"])["feeds"].items()
    blocks = [(entry, entry.block(FEED_KEYS, (*DATES_OPTIONAL, "note"))) for entry in entries]
    codes = [_codes(block["feed"].matching(_WORD, _SHAPE), block["codes"]) for _, block in blocks]
    kinds = tuple(dict.fromkeys(meaning.kind for table in codes for meaning in table.values()))
    if len(kinds) > MOST_KINDS:
        raise root.error(
            Words("there are %(kinds)s kinds, more than %(most)s", kinds=len(kinds), most=MOST_KINDS),
            Words("join codes by a common `kind`"),
        )
    feeds = [
        dated(_feed(block, table, kinds), entry, block) for (entry, block), table in zip(blocks, codes, strict=True)
    ]
    named = ((feed.value.code, Words("the feed %(feed)s", feed=feed.value.code), feed) for feed in feeds)
    return FeedBook(Table(histories(named)), kinds)


def _feed(block: Mapping[str, Item], codes: Mapping[str, CodeMeaning], kinds: tuple[str, ...]) -> Feed:
    label = block["label"].block(["zh", "en"])
    return Feed(
        code=block["feed"].token(),
        department=block["department"].matching(_WORD, _SHAPE),
        label_zh=label["zh"].text(),
        label_en=label["en"].text(),
        required=_measured(block["required"], REQUIRED_UNIT).truth(),
        usual_delay_days=_measured(block["usual_delay"], DELAY_UNIT).whole(),
        expected_per_1000_month=_expected(block["expected"]),
        codes=codes,
        source=block["source"].text(),
        sources=Table({name: block[name].block(MEASURE_KEYS)["source"].text() for name in MEASURES}),
        fingerprint=feed_fingerprint(codes, kinds),
    )


def _measured(item: Item, unit: str) -> Item:
    block = item.block(MEASURE_KEYS)
    if block["unit"].token() != unit:
        raise block["unit"].error(
            Words("the unit `%(unit)s` is unknown here", unit=block["unit"].token()),
            Words("write `%(unit)s`", unit=unit),
        )
    return block["value"]


def _expected(item: Item) -> float | None:
    value = _measured(item, EXPECTED_UNIT)
    return None if value.token() == "unknown" else value.number()


def _codes(feed: str, item: Item) -> Table[CodeMeaning]:
    found: dict[str, CodeMeaning] = {}
    for entry in item.items():
        meaning = _meaning(feed, entry)
        if meaning.code in found:
            raise entry.error(
                Words("the feed %(feed)s has the code %(code)s twice", feed=feed, code=meaning.code),
                Words("keep one of the two"),
            )
        found[meaning.code] = meaning
    return Table(found)


def _meaning(feed: str, entry: Item) -> CodeMeaning:
    block = entry.block(CODE_KEYS, CODE_OPTIONAL)
    code = block["code"].matching(_WORD, _SHAPE)
    label, proves, faked_by = (block[name].block(["zh", "en"]) for name in ("label", "proves", "faked_by"))
    try:
        return CodeMeaning(
            code=code,
            sign=block["sign"].word(Sign),
            grade=block["grade"].word(Grade),
            kind=block["kind"].matching(_WORD, _SHAPE) if "kind" in block else f"{feed}.{code}",
            dated_by=block["dated_by"].word(DatedBy) if "dated_by" in block else DatedBy.EVENT_DATE,
            no_raise=block["no_raise"].truth() if "no_raise" in block else False,
            label_zh=label["zh"].text(),
            label_en=label["en"].text(),
            proves_zh=proves["zh"].text(),
            proves_en=proves["en"].text(),
            faked_by_zh=faked_by["zh"].text(),
            faked_by_en=faked_by["en"].text(),
            source=block["source"].text(),
        )
    except PolicyError:
        raise
    except ValueError as error:
        raise block["grade"].error(said(error), Words("choose a sign, grade and no_raise that go together")) from error
