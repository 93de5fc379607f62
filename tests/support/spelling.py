"""How numbers and names get written: forms that mean the same, variants, slips and strangers."""

from collections.abc import Callable

from tests.support.pick import Pick, chance, one

TRADITIONAL = str.maketrans("国华丽东龙买", "國華麗東龍買")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
UNREADABLE = ("?", "？", "〇", "*", "＊", "\ufffd", "\ue123")
DOTS = ("\u2022", "\u2027", "\u30fb", "\uff65", ".", "-", " ")


def write_number(pick: Pick, number: str, plain_percent: int) -> str:
    """The number in one of the forms that all mean the same."""
    if not chance(pick, 100 - plain_percent):
        return number
    forms = [number.lower(), number.translate(WIDE), f" {number[:6]} {number[6:]}\u3000"]
    if len(number) == 18 and number[6:8] == "19" and number[:17].isdigit():
        forms += [number[:6] + number[8:17]] * 2
    return one(pick, forms)


def mistype_number(pick: Pick, number: str) -> str:
    """One wrong character, one swap, two wrong characters, a piece missing, nothing at all."""
    at = pick.integer(0, len(number) - 1)
    slips: tuple[Callable[[], str], ...] = (
        lambda: substitute(number, at, one(pick, "0123456789X")),
        lambda: swap(number, at),
        lambda: "",
        lambda: substitute(substitute(number, at, "7"), (at + 5) % len(number), "3"),
        lambda: number[:-1],
        lambda: number + "0",
        lambda: number[:6],
        lambda: substitute(number, at, "A"),
        lambda: " \u3000",
    )
    return one(pick, slips)()


def substitute(text: str, at: int, character: str) -> str:
    return text[:at] + character + text[at + 1 :]


def swap(text: str, at: int) -> str:
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def write_name_same(pick: Pick, name: str) -> str:
    """Another writing with the same match key."""
    forms = (f" {name}\u3000", f"{name[0]} {name[1:]}" if name.isalpha() else name, name.replace("·", one(pick, DOTS)))
    return one(pick, (*forms, name.lower()))


def write_name_variant(pick: Pick, name: str) -> str:
    """The same name in traditional characters, or with a glyph that somebody could not read."""
    if chance(pick, 40):
        return substitute(name, pick.integer(0, len(name) - 1), one(pick, UNREADABLE))
    return name.translate(TRADITIONAL)


def write_name(pick: Pick, name: str, strangers: tuple[str, ...], plain_percent: int) -> str:
    """A name as a department writes it: right, otherwise written, a variant, somebody else's, none."""
    if not chance(pick, 100 - plain_percent):
        return name
    ways: tuple[Callable[[], str], ...] = (
        lambda: write_name_same(pick, name),
        lambda: write_name_variant(pick, name),
        lambda: one(pick, strangers),
        lambda: "",
        lambda: name[:-1],
        lambda: write_name_variant(pick, write_name_variant(pick, name)),
    )
    return one(pick, ways)()
