"""Traps after a death: the dead who are still seen, and deaths that are reported late."""

import numpy as np

from anling.synthesis.activity import quiet
from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.rows import rows

BOARDED, TICKET, DISCHARGED, CARD, PURCHASE, USED, PASSWORD, PHONE, CHECKED = 0, 1, 0, 2, 0, 1, 1, 1, 0
CONCEALED_SHARE = 0.5
"""Half of the dead who are still seen died without any report: an assumption."""


def _dead_for(chunk: Chunk, who: Ints, days: int) -> Ints:
    """Those who died at least so many days before the as-of day."""
    return who[chunk.people.death[who] <= chunk.when.last - days]


def _conceal(chunk: Chunk, who: Ints) -> None:
    """No department ever records these deaths."""
    chunk.deaths.sent[chunk.deaths.of(who)] = False


def _conceal_some(chunk: Chunk, who: Ints) -> None:
    """Nobody reports a share of these deaths."""
    _conceal(chunk, who[chunk.rng.random(len(who)) < CONCEALED_SHARE])


def _after(chunk: Chunk, who: Ints, least: int, most: int) -> Ints:
    """A day `least` to `most` days after each death, not after the as-of day."""
    day = chunk.people.death[who] + chunk.rng.integers(least, most + 1, len(who))
    return np.minimum(day, chunk.when.last - 15)


def borrowed_card_p2(chunk: Chunk, who: Ints) -> Ints:
    """A relative uses the dead person's card in hospital or on a train: one or two strong life signs after death."""
    who = _dead_for(chunk, who, 45)
    _conceal_some(chunk, who)
    in_hospital = chunk.rng.random(len(who)) < 0.5
    ill, travelling = who[in_hospital], who[~in_hospital]
    day = _after(chunk, ill, 5, 25)
    chunk.plant("insurance_inpatient", rows(ill, day, DISCHARGED, end=day + 4, arrival=day + 6, fixed=True))
    for _ in range(2):
        chunk.plant("transport_trip", rows(travelling, _after(chunk, travelling, 3, 120), BOARDED, fixed=True))
    return who


def borrowed_card_p3x3(chunk: Chunk, who: Ints) -> Ints:
    """The family goes on using card and phone: four weak signs of two or three kinds within 90 days of the death."""
    who = _dead_for(chunk, who, 75)
    _conceal_some(chunk, who)
    death = chunk.people.death[who]
    chunk.plant("insurance_pharmacy", rows(who, death + 4, PURCHASE, fixed=True))
    chunk.plant("insurance_outpatient", rows(who, death + 17, CARD, fixed=True))
    chunk.plant("police_idcard", rows(who, death + 31, USED, fixed=True))
    chunk.plant("gov_login", rows(who, death + 46, PASSWORD, fixed=True))
    return who


def ghost_weak(chunk: Chunk, who: Ints) -> Ints:
    """An unreported death; the pharmacy card is used every month, and nothing else: never enough to certify."""
    _conceal(chunk, who)
    quiet(chunk, who, 100)
    death = chunk.people.death[who]
    for month in range(12):
        day = death + 10 + 30 * month + chunk.rng.integers(0, 15, len(who))
        seen = day <= chunk.when.last
        feed, code = ("insurance_pharmacy", PURCHASE) if month % 3 else ("insurance_outpatient", CARD)
        chunk.plant(feed, rows(who[seen], day[seen], code, fixed=True))
    return who


def unused_ticket(chunk: Chunk, who: Ints) -> Ints:
    """One or two tickets bought for a journey after the death: a ticket is one kind and never certifies."""
    who = _dead_for(chunk, who, 20)
    _conceal_some(chunk, who)
    quiet(chunk, who, 100)
    for _ in range(2):
        chunk.plant("transport_trip", rows(who, _after(chunk, who, 1, 60), TICKET, fixed=True))
    return who


def claim_after_death(chunk: Chunk, who: Ints) -> Ints:
    """The last stay but one ended alive; its claim is settled two to five months after the death."""
    end = chunk.people.death[who] - chunk.rng.integers(1, 40, len(who))
    start = end - chunk.rng.integers(2, 20, len(who))
    late = chunk.people.death[who] + chunk.rng.integers(60, 150, len(who))
    chunk.plant("insurance_inpatient", rows(who, start, DISCHARGED, end=end, arrival=late, fixed=True))
    return who


def invented_followup(chunk: Chunk, who: Ints) -> Ints:
    """Phone follow-ups on file with a person who has died: they prove nothing."""
    who = _dead_for(chunk, who, 20)
    _conceal_some(chunk, who)
    for _ in range(3):
        chunk.plant("health_visit", rows(who, _after(chunk, who, 3, 200), PHONE, fixed=True))
    return who


def circular_allowance(chunk: Chunk, who: Ints) -> Ints:
    """The old-age allowance goes on being ticked, fed by our own last result: one weak kind, never enough."""
    who = _dead_for(chunk, who[chunk.people.age(chunk.when.last)[who] >= 80], 20)
    _conceal_some(chunk, who)
    quiet(chunk, who, 100)
    for _ in range(3):
        chunk.plant("civil_elderly", rows(who, _after(chunk, who, 3, 90), CHECKED, fixed=True))
    return who


def late_death_report(chunk: Chunk, who: Ints) -> Ints:
    """A death at home: every department hears of it 120 to 260 days later."""
    reports = chunk.deaths.of(who)
    late = chunk.people.death[who][:, None] + chunk.rng.integers(120, 260, (len(who), 5))
    chunk.deaths.arrival[reports] = late
    return who
