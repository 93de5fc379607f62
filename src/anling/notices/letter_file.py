"""Letters as one file that a browser prints: A4, large, the address where the window of an envelope is. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from anling.notices.words import Reader, Said

_STYLE = """
@page { size: A4; margin: 0; }
* { box-sizing: border-box; }
body { margin: 0; font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC",
  "SimSun-ExtB", "HanaMinA", sans-serif; color: #000; }
.letter { position: relative; width: 210mm; min-height: 296mm; padding: 97mm 22mm 16mm; page-break-after: always;
  break-after: page; font-size: 16pt; line-height: 1.4; }
.letter:last-child { page-break-after: auto; break-after: auto; }
.from { position: absolute; left: 22mm; top: 32mm; width: 85mm; font-size: 8pt; border-bottom: .2mm solid #000; }
.to { position: absolute; left: 22mm; top: 45mm; width: 85mm; height: 40mm; font-size: 13pt; line-height: 1.4;
  overflow-wrap: anywhere; }
.when { position: absolute; right: 22mm; top: 88mm; font-size: 13pt; }
.number { position: absolute; right: 22mm; bottom: 12mm; font-size: 9pt; }
h1 { font-size: 22pt; line-height: 1.3; margin: 2mm 0 4mm; }
h2 { font-size: 16pt; margin: 3mm 0 0; }
p { margin: 0; }
section { break-inside: avoid; }
@media screen { body { background: #ddd; } .letter { background: #fff; margin: 5mm auto; } }
"""
_GREETING = {"zh-hans": "{name}：您好！", "en": "Dear {name},"}
_FAMILY = {"zh-hans": "{name}的家属", "en": "The family of {name}"}
_TITLE = {"zh-hans": "信件", "en": "Letters"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. number: of the notice, by which returned mail is found again; sender: empty where nobody said.

    to: the family where the recipient has died; envelope and greeting then name it.
    """

    number: int
    language: str
    name: str
    address: str
    sender: str
    day: date
    said: Said
    to: Reader


def letter_file(letters: Iterable[Letter]) -> str:
    """All letters as one HTML file, each on a page of its own."""
    pages = "\n".join(_page(letter) for letter in letters)
    head = f'<meta charset="utf-8"><title>{_TITLE["zh-hans"]} · {_TITLE["en"]}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="zh-hans"><head>{head}</head><body>\n{pages}\n</body></html>\n'


def _page(letter: Letter) -> str:
    name = letter.name if letter.to is Reader.PERSON else _FAMILY[letter.language].format(name=letter.name)
    greeting = _GREETING[letter.language].format(name=name)
    sections = "".join(
        f"<section><h2>{escape(each.heading)}</h2><p>{escape(each.text)}</p></section>" for each in letter.said.letter
    )
    sender = f'<div class="from">{escape(letter.sender)}</div>' if letter.sender else ""
    return (
        f'<article class="letter" lang="{letter.language}">{sender}'
        f'<div class="to">{escape(letter.address)}<br>{escape(name)}</div>'
        f'<div class="when">{letter.day.isoformat()}</div><p>{escape(greeting)}</p>'
        f'<h1>{escape(letter.said.title)}</h1>{sections}<div class="number">No. {letter.number}</div></article>'
    )
