"""Records that end earlier records (domain.md, decision rule 2): releases and revoked judgments."""

from collections.abc import Sequence

from tests.support.tie import Paper


def cancelled_by(paper: Paper, all_papers: Sequence[Paper]) -> str | None:
    """``revoked`` or ``released`` where a strictly later record says so, looking through all of them."""
    if any(revokes(other, paper) for other in all_papers):
        return "revoked"
    if any(releases(other, paper) for other in all_papers):
        return "released"
    return None


def revokes(later: Paper, judgment: Paper) -> bool:
    """A judgment is found again by its number alone; the name may be misspelt."""
    return (
        judgment.feed == "court_judgment"
        and judgment.sign in ("death", "missing", "custody")
        and later.sign == "revocation"
        and later.number == judgment.number != ""
        and later.day > judgment.day
    )


def releases(later: Paper, detention: Paper) -> bool:
    return (
        detention.feed == "police_custody"
        and detention.sign == "custody"
        and later.sign == "release"
        and later.number == detention.number != ""
        and later.name.key == detention.name.key != ""
        and later.day > detention.day
    )
