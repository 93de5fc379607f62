"""The texts of the pages and their translations: takes texts out of source and templates, and says what is missing.

`script/catalogue` brings the catalogues up to date (new texts come without a translation), `--check` writes nothing and
fails where a text has none, where a translation is marked as fuzzy or is of no use, or lacks a placeholder.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src" / "anling"
LOCALE = SOURCE / "web" / "locale"
PYTHON = dict.fromkeys(
    ("gettext", "gettext_lazy", "_", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "worded", "Words")
)
ASKS = (b"django.utils.translation", b"anling.audit.wording", b"anling.rules.wording")
"""Modules by which texts get their language."""
CALL = re.compile(
    r"\b(gettext|_|ngettext|pgettext|npgettext)\(((?:\s*(?:u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\")\s*,?)+)",
    re.DOTALL,
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")

Text = tuple[str, tuple[str, ...], str]
"""Place, msgid (two where there is a plural), context."""


def main(arguments: list[str]) -> int:
    """0 where all is well, 1 where --check found something, 2 for a wrong call."""
    if arguments in (["-h"], ["--help"]):
        print("Usage: script/catalogue [--check]   brings the catalogues of texts up to date, or says what is missing")
        return 0
    if arguments not in ([], ["--check"]):
        print(f"script/catalogue: unknown option {arguments[0]!r}; it takes none, or --check", file=sys.stderr)
        return 2
    found = list(texts())
    catalogues = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
    problems = [line for path in catalogues for line in work(path, found, arguments)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems and arguments else 0


def work(path: Path, found: list[Text], arguments: list[str]) -> Iterator[str]:
    """One catalogue; yields a line for each text that is not well translated."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.parents[1].name)
    new = Catalog(locale=old.locale, charset="utf-8", header_comment="# The texts of the pages; script/catalogue.")
    for place, ids, context in found:
        before = old.get(ids[0], context or None)
        string, flags = (before.string, before.flags) if before else ("", set())
        new.add(ids if len(ids) > 1 else ids[0], string, [(place, 0)], flags, context=context or None)
    if not arguments:
        path.write_bytes(written(new))
    yield from (f"{path.relative_to(ROOT)}: {fault}" for message in new if message.id for fault in faults(message))
    gone = {m.id if isinstance(m.id, str) else m.id[0] for m in old if m.id} - {ids[0] for _, ids, _ in found}
    yield from (f"{path.relative_to(ROOT)}: nothing says {text!r} any more" for text in sorted(gone) if arguments)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file that changes only where a text does: without dates, names and places by line."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n' + f'"Plural-Forms: {plural}\\n"\n\n'
    return header.encode() + buffer.getvalue().strip() + b"\n"


def faults(message: Message) -> Iterator[str]:
    """What is wrong with a translation."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    if message.fuzzy:
        yield f"fuzzy: {ids[0]!r}"
    if not all(strings):
        yield f"no translation: {ids[0]!r} ({message.locations[0][0]})"
    elif any(set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(ids[-1])) for text in strings):
        yield f"a placeholder that the text has not: {ids[0]!r}"
    elif set(PLACEHOLDER.findall(ids[-1])) - set(PLACEHOLDER.findall("".join(strings))):
        yield f"a placeholder is lost: {ids[0]!r}"


def texts() -> Iterator[Text]:
    """Every text of the rooms that speak to users, in the order of the files."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield from from_python(path)
    for path in sorted((SOURCE / "web" / "templates").rglob("*.html")):
        yield from from_template(path)


def from_python(path: Path) -> Iterator[Text]:
    """Texts of a module; of one that does not ask Django for translations, none."""
    content = path.read_bytes()
    if not any(module in content for module in ASKS):
        return
    for found in extract_python(io.BytesIO(content), PYTHON, (), {"encoding": "utf-8"}):
        function, given = str(found[1]), cast("str | tuple[str, ...] | None", found[2])  # one text comes bare
        if given is None:
            continue  # a variable: its text is found where it stands
        yield text(path, function.removesuffix("_lazy"), (given,) if isinstance(given, str) else given)


def from_template(path: Path) -> Iterator[Text]:
    """Texts of a template, by Django's own reading of its tags."""
    if not settings.configured:
        settings.configure()
    for found in CALL.finditer(templatize(path.read_text(encoding="utf-8"))):
        yield text(path, found[1], ast.literal_eval(f"({found[2].rstrip(', ')},)"))


def text(path: Path, function: str, given: tuple[str, ...]) -> Text:
    """A text as its function takes it."""
    has_context, has_plural = function in ("pgettext", "npgettext"), function in ("ngettext", "npgettext")
    context, given = (given[0], given[1:]) if has_context else ("", given)
    return path.relative_to(ROOT).as_posix(), given[: 2 if has_plural else 1], context


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
