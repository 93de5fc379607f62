"""The traps of domain.md, section 2, planted one by one and named in the truth.

A trap is planted on people that no other trap and no true loss has touched, so that every error can be traced to one
cause.
"""

from collections.abc import Callable
from dataclasses import dataclass

from anling.synthesis.chunk import Chunk
from anling.synthesis.columns import Ints
from anling.synthesis.loss import busy, chance
from anling.synthesis.traps import absence, after_death, custody, identity, mistaken_death

Plant = Callable[[Chunk, Ints], Ints]
ASSUMED = "assumption"


@dataclass(frozen=True)
class Trap:
    """One kind of trap: `share` of the `living` or `dead` recipients, where the share comes from, what it plants.

    `plant` returns the people on whom it could be planted.
    """

    name: str
    group: str
    share: float
    plant: Plant
    about: str
    source: str = ASSUMED

    def __post_init__(self) -> None:
        if self.group not in ("living", "dead") or not 0 < self.share < 0.5:
            raise ValueError(f"the trap {self.name} needs a group (living or dead) and a share between 0 and 0.5")


TRAPS: tuple[Trap, ...] = (
    Trap("borrowed_card_p2", "dead", 0.010, after_death.borrowed_card_p2, "a relative is treated, or travels"),
    Trap("borrowed_card_p3x3", "dead", 0.008, after_death.borrowed_card_p3x3, "weak signs of two kinds after death"),
    Trap("ghost_weak", "dead", 0.020, after_death.ghost_weak, "unreported, the pharmacy card goes on"),
    Trap("unused_ticket", "dead", 0.010, after_death.unused_ticket, "a ticket bought and never used"),
    Trap("circular_allowance", "dead", 0.010, after_death.circular_allowance, "ticked from our own result"),
    Trap("claim_after_death", "dead", 0.030, after_death.claim_after_death, "a stay settled after the death"),
    Trap("invented_followup", "dead", 0.030, after_death.invented_followup, "phone follow-ups with the dead"),
    Trap("late_death_report", "dead", 0.040, after_death.late_death_report, "every report over 120 days late"),
    Trap("mistyped_death", "dead", 0.015, identity.mistyped_death, "one slip in the number of the death record"),
    Trap("death_without_number", "dead", 0.015, identity.death_without_number, "the death record has no number"),
    Trap("death_wrong_name", "dead", 0.005, identity.death_wrong_name, "right number, another name"),
    Trap("script_variant_death", "dead", 0.015, identity.script_variant, "the name in another script"),
    Trap("wrong_cancellation", "living", 0.00005, mistaken_death.wrong_cancellation, "police cancel the wrong person"),
    Trap("cremation_applicant_number", "living", 0.00010, mistaken_death.applicant_number, "applicant's number"),
    Trap("cremation_applicant", "living", 0.00003, mistaken_death.applicant, "applicant's number and name"),
    Trap("declared_dead_revoked", "living", 0.00005, mistaken_death.declared_dead_revoked, "declared dead, back again"),
    Trap("script_variant", "living", 0.00300, identity.script_variant, "the name in another script"),
    Trap("fifteen_digits", "living", 0.00300, identity.fifteen_digits, "the old number, on the roster or in the feeds"),
    Trap("roster_id_invalid", "living", 0.00030, identity.roster_id_invalid, "the roster's own number is mistyped"),
    Trap("shared_number", "living", 0.00010, identity.shared_number, "one number issued to two people"),
    Trap("double_roster", "living", 0.00030, identity.double_roster, "one person under two person numbers"),
    Trap("life_other_name", "living", 0.00020, identity.life_other_name, "a relative registered under the number"),
    Trap("duplicate_pension_stale", "living", 0.00050, custody.duplicate_pension_stale, "the other pension had ended"),
    Trap("detained_acquitted", "living", 0.00010, custody.detained_acquitted, "detained, released, acquitted"),
    Trap("correction_mistaken", "living", 0.00005, custody.correction_mistaken, "correction taken for prison"),
    Trap("early_release", "living", 0.00004, custody.early_release, "released before the term on file ends"),
    Trap("emigrated", "living", 0.00015, absence.emigrated, "household cancelled, alive abroad"),
    Trap("exit_no_entry", "living", 0.00020, absence.exit_no_entry, "left over a year ago, never came back"),
    Trap("over_110", "living", 0.00003, absence.over_110, "died long ago, never reported, 110 by now"),
)  # fmt: skip
"""Shares are of recipients alive on the as-of day (living) or of those who died in the covered 13 months (dead)."""

IDENTITY_TRAPS = ("borrowed_card_p2", "borrowed_card_p3x3")
"""The only traps whose dead may be certified by a record dated after death (issue A, second bar)."""

EXCLUDED: tuple[tuple[str, str, float], ...] = (
    (
        "two departments wrong about one living person's death within 30 days",
        "a wrong cancellation and a wrong cremation form are taken as independent: 0.00005 × 0.00003 is 0.0015 living "
        "people per million; were the ministry's answers copied from the police file, it would be 0.00005 × 0.65 "
        "asked, 33 per million",
        0.0015,
    ),
    (
        "a sentence and a ministry answer about a term that has ended",
        "neither record ever ends by the rules, so a released person would be proved in custody: 0.00027 × 0.05 ended "
        "× 0.5 sentenced × 0.3 answered",
        2.0,
    ),
    (
        "an early release without any later strong life sign",
        "a prison term on file is decisive, and only a strong sign after its start shows the release: 0.00004",
        40.0,
    ),
    (
        "a declaration of death whose revocation has not been delivered",
        "the judgment is decisive until it is revoked: 0.00005 × 90 days of waiting / 395 days covered",
        11.0,
    ),
    (
        "weak signs before death completing three weak signs with a trap's sign after it",
        "people of the traps ghost_weak, unused_ticket and circular_allowance were shut in for their last 100 days; "
        "without that, 17 of 150,000 people (seed 1) were certified by three weak signs that straddle the death",
        115.0,
    ),
    (
        "hospital claims dated by settlement instead of discharge",
        "the contract dates a stay by its end; a department that does otherwise breaks the contract",
        0.0,
    ),
)
"""Combinations that are left out: what, why, and how many people per million they would be (0: not known)."""


def plant_all(chunk: Chunk) -> None:
    """Plant every trap at its share and note its position in TRAPS on the people concerned."""
    for position, trap in enumerate(TRAPS):
        group = (chunk.alive() if trap.group == "living" else chunk.dead()) & ~busy(chunk)
        who = trap.plant(chunk, chance(chunk, group, trap.share))
        chunk.people.trap[who] = position
