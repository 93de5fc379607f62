"""What a page says, and whether any of it is English: for pages that an officer or a recipient reads in Chinese."""

import re
from html.parser import HTMLParser

ENGLISH = re.compile(r"[A-Za-z][a-z]{2,}(?:[ ,]+[a-z]{2,})+")  # names of foreigners are in capitals
SAID_IN_BOTH = re.compile(
    r"anling (?:worker|audit verify|import feed|places units|places outlets|backup FILE|check)|people:read"
    r"|(?:anling_)?app, (?:anling_)?owner"
)


class Reader(HTMLParser):
    """What a page says, without what is marked as English, and without code."""

    def __init__(self) -> None:
        super().__init__()
        self.silent: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.silent or tag in ("script", "style", "code", "svg") or given.get("lang") == "en":
            if tag not in ("input", "meta", "link", "br", "img", "use", "hr"):
                self.silent.append(tag)
            return
        self.said += [given[name] or "" for name in ("aria-label", "placeholder", "title") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def english_on(page: str) -> list[str]:
    """The English phrases on a page, each with what stands around it."""
    reader = Reader()
    reader.feed(page)
    return [piece.strip() for piece in reader.said if ENGLISH.search(SAID_IN_BOTH.sub("", piece))]


WORD = re.compile(r"(?<![\w./@:_-])[A-Za-z][a-z]{2,}(?![\w./@:_-]*[\w@])")


def words_on(page: str) -> list[str]:
    """The single English words on a page, each with what stands around it."""
    reader = Reader()
    reader.feed(page)
    return [piece.strip() for piece in reader.said if WORD.search(SAID_IN_BOTH.sub("", piece))]
