"""Statistical codes of regions: what follows from a code alone (domain.md, section 5)."""

from __future__ import annotations

from anling.territory.models import Level


def full(prefix: str) -> str:
    """The code of the region that a scope prefix names: '4401' is 440100."""
    return prefix.ljust(6, "0")


def level_of(code: str) -> Level:
    """How large the region of a whole code is."""
    if len(code) > 6:
        return Level.TOWN if len(code) == 9 else Level.VILLAGE
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.COUNTY


def prefix_of(code: str) -> str:
    """What all codes of a region and those below begin with: 440100 is '4401', 440000 is '44'."""
    if len(code) != 6:
        return code
    return code.removesuffix("0000") if code.endswith("0000") else code.removesuffix("00")


def parent_of(code: str) -> str | None:
    """The code right above, None for the province."""
    above = line_of(code)[:-1]
    return above[-1] if above else None


def line_of(code: str) -> list[str]:
    """The codes from the province down to this one; a city without counties stands there once."""
    code = full(code)
    steps = [full(code[:2]), full(code[:4]), code[:6], code[:9], code]
    return list(dict.fromkeys(step for step in steps if len(step) <= len(code)))
