"""What each part of the rule and of its explanation costs: the steps of decide, in groups an officer would name."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "people, base and window": ("open", "clock_of_region", "subject"),
    "exact join, strong signs": ("seen", "strong_sign", "life_total"),
    "three-P3 rule": ("two_kinds", "weak_sign", "weak_day", "triple", "triple_total"),
    "leads: other name, near ID, no ID": (
        "tie_by_number", "tie_by_name", "loss_tie",
    ),
    "other names under the number of a life sign": (
        "name_pair", "unreadable", "read_name", "other_name", "renamed", "stranger_total",
    ),
    "losses in force, flags": (
        "cancelling", "loss_record", "settled", "watched", "weighed_loss", "loss_total", "abroad", "flag_record",
        "flag_sign", "flagged",
    ),
    "reasons and outcome": ("fact", "outcome"),
    "deciding records, decisions and evidence files": ("held", "deciding_life", "deciding_loss", "decision", "write"),
}  # fmt: skip
"""Steps that are views (deciding_life, deciding_loss, decision) are paid for where they are read: in `write`."""

START = "start and imports"
OTHER = "steps of no group"


def by_group(steps: Mapping[str, float], whole: float) -> dict[str, float]:
    """CPU seconds of each group; what the process took beside its steps is start and imports."""
    group_of = {step: group for group, members in GROUPS.items() for step in members}
    costs = dict.fromkeys(GROUPS, 0.0)
    for step, cpu_s in steps.items():
        group = group_of.get(step, OTHER)
        costs[group] = costs.get(group, 0.0) + cpu_s
    return {**costs, START: whole - sum(steps.values())}
