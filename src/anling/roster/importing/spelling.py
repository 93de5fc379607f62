"""The two keys of a name that the roster keeps: the one by which names agree, and the one by which lists are sorted."""

from __future__ import annotations

from functools import cache, lru_cache

from anling.rules.names import match_key, simplified

_SURNAMES = {"单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "任": "ren", "华": "hua"}
"""Characters that sound otherwise in first place."""

_LONGEST = 200


@lru_cache(1 << 16)
def keys_of(name: str) -> tuple[str, str]:
    """name_key: the match key in simplified characters, so that spellings of one name agree; and its pinyin."""
    key = agreeing(match_key(name))
    return key, sort_key(key)


def agreeing(key: str) -> str:
    """A match key in simplified characters; the converter is asked only where it would change something."""
    return key if _as_they_stand(key) else simplified(key)


def sort_key(key: str) -> str:
    """Pinyin without tones, one word per character: 'chen xiao ming'; Latin words in small letters."""
    if not key:
        return ""
    if key.isascii():
        return key.lower()[:_LONGEST]
    words = [_sound(character) for character in key]
    words[0] = _SURNAMES.get(key[0], words[0])
    return " ".join(words)[:_LONGEST]


def _as_they_stand(key: str) -> bool:
    return all(map(_unchanged, key))


@cache
def _unchanged(character: str) -> bool:
    return simplified(character) == character


@cache
def _sound(character: str) -> str:
    from pypinyin import Style, pinyin  # noqa: PLC0415  # its phrases take half a second, and most commands spell nothing

    return pinyin(character, style=Style.NORMAL, heteronym=False)[0][0].lower()
