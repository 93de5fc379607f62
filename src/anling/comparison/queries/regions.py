"""Names of regions by the first digits of their codes."""

from __future__ import annotations

from collections.abc import Collection

from anling.comparison.queries.decisions import policy_in_force
from anling.territory.models import Region


def region_names(codes: Collection[str]) -> dict[str, str]:
    """Names of codes of 2 to 12 digits; the policy's names of cities stand in where the directory is not loaded."""
    whole = {code: code.ljust(6, "0") for code in codes}
    known = dict(Region.objects.filter(code__in=[*whole.values(), *codes]).values_list("code", "name"))
    cities = policy_in_force().cities
    names: dict[str, str] = {}
    for code, full in whole.items():
        city = cities.get(code) if len(code) == 4 else None
        if found := known.get(code) or known.get(full) or (city.zh if city else ""):
            names[code] = found
    return names
