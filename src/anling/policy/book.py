"""The policy as a whole: every number of the regulations, asked for by date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from anling.policy import files
from anling.policy.catalogue import Catalogue, Feed
from anling.policy.clock_file import ClockBook, read_clock
from anling.policy.codes_file import DEFAULT, CodeBook, Values, read_codes
from anling.policy.dated import History
from anling.policy.decision_file import DecisionBook, HealthRule, read_decision
from anling.policy.feeds_file import FeedBook, read_feeds
from anling.policy.fingerprints import fingerprint
from anling.policy.headers_file import HeaderBook, Headers, read_headers
from anling.policy.lookup import Table
from anling.policy.notices_file import NoticeBook, NoticeRule, read_notices
from anling.policy.payment_file import PaymentBook, PaymentRule, read_payment
from anling.policy.regions_file import City, CityName, newest_names, read_regions
from anling.rules.clock import ClockRule
from anling.rules.decision import DecisionRule
from anling.rules.evidence import Scheme


@dataclass(frozen=True, slots=True)
class Policy:
    """All dated values of one set of policy files. What is in force is asked for by day: the as-of day of a run.

    `version` is twelve hexadecimal digits over the contents and a label that names the files an agency replaced.
    Every question raises PolicyError for a day before the first values.
    """

    version: str
    clocks: ClockBook
    thresholds: DecisionBook
    feeds: FeedBook
    header_names: HeaderBook
    codes: CodeBook
    regions: Mapping[str, History[City]]
    payments: PaymentBook
    notices: NoticeBook

    def clock_rule(self, scheme: Scheme, region: str, on: date) -> ClockRule:
        """The certification clock (N-A2) of a scheme in a paying region (6, 9 or 12 digits)."""
        return self.clocks.rule(scheme, region, on)

    def clock_rules(self, on: date) -> tuple[tuple[Scheme, str, ClockRule], ...]:
        """All clocks as (scheme, region prefix, rule): the longest prefix that fits a region gives its rule."""
        return self.clocks.rules(on)

    def decision_rule(self, on: date) -> DecisionRule:
        """The thresholds of the decision (N-B1)."""
        return self.thresholds.decision_rule(on)

    def notice_rule(self, on: date) -> NoticeRule:
        """When people are warned, how often they may be written to, and how a message is tried."""
        return self.notices.rule(on)

    def health_rule(self, on: date) -> HealthRule:
        """When a feed counts as missing, late, shrunk, swollen or faulty (N-C2)."""
        return self.thresholds.health_rule(on)

    def payment_rule(self, scheme: Scheme, region: str, on: date) -> PaymentRule:
        """Warnings, cut-off, arrears, recovery and cases of a scheme in a paying region (6, 9 or 12 digits)."""
        return self.payments.rule(scheme, region, on)

    def catalogue(self, on: date) -> Catalogue:
        """The feeds in force (N-C2). A feed's fingerprint also covers the header names and values of feeds."""
        catalogue = self.feeds.on(on)
        shared = (self.headers(on).feed_fingerprint, self.values(on).feed_fingerprint)
        feeds = {code: _with(feed, shared) for code, feed in catalogue.feeds.items()}
        return replace(catalogue, feeds=Table(feeds))

    def headers(self, on: date) -> Headers:
        """Which spellings stand for which of our columns, in rosters and in feeds."""
        return self.header_names.on(on)

    def values(self, on: date, source: str = DEFAULT) -> Values:
        """Column → raw value → our word, for a source of data."""
        return self.codes.on(on, source)

    def roster_fingerprint(self, on: date, source: str = DEFAULT) -> str:
        """Changes exactly when what intake makes of a roster may change."""
        return fingerprint((self.headers(on).roster_fingerprint, self.values(on, source).roster_fingerprint))

    @property
    def cities(self) -> Table[CityName]:
        """City code of four digits → (Chinese name, English name)."""
        return newest_names(self.regions)


def load(directory: Path | None = None) -> Policy:
    """The shipped policy of Guangdong, with each file that `directory` holds in place of the shipped one.

    Raises PolicyError, one sentence with file, line and remedy, for a gap, an overlap, an unknown key or word, a value
    of the wrong type, or a file of another name.
    """
    return _read(files.find(directory))


def load_texts(texts: Mapping[str, str]) -> Policy:
    """The shipped policy with some of its files in other words, by file name; raises PolicyError as `load` does."""
    return _read(files.over_shipped(texts, {}))


@lru_cache(8)
def _read(found: files.PolicyFiles) -> Policy:
    """Read once for each wording of the files, and never changed afterwards: many ask for it, and it takes a while."""
    return Policy(
        version=found.version,
        clocks=read_clock(found.root("clock.yaml")),
        thresholds=read_decision(found.root("decision.yaml")),
        feeds=read_feeds(found.root("feeds.yaml")),
        header_names=read_headers(found.root("headers.yaml")),
        codes=read_codes(found.root("codes.yaml")),
        regions=read_regions(found.root("regions.yaml")),
        payments=read_payment(found.root("payment.yaml")),
        notices=read_notices(found.root("notices.yaml")),
    )


def _with(feed: Feed, shared: tuple[str, str]) -> Feed:
    return replace(feed, fingerprint=fingerprint((feed.fingerprint, *shared)))
