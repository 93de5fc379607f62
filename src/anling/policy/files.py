"""The policy files of a directory, over the shipped ones."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from anling.policy.errors import Place, PolicyError
from anling.policy.nodes import Item, compose
from anling.rules.wording import Words

SHIPPED = "guangdong"
NAMES = (
    "clock.yaml", "decision.yaml", "feeds.yaml", "headers.yaml", "codes.yaml", "regions.yaml", "payment.yaml",
    "notices.yaml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """The texts a policy is read from, by file name; `shown` is what a sentence calls the file."""

    texts: tuple[tuple[str, str], ...]
    shown: tuple[tuple[str, str], ...]
    label: str

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits over names and contents, then the label: `0f3a…-guangdong+clock`."""
        digest = hashlib.sha256(repr(self.texts).encode()).hexdigest()
        return f"{digest[:12]}-{self.label}"

    def root(self, name: str) -> Item:
        """The root node of a file; raises PolicyError."""
        return compose(dict(self.shown)[name], dict(self.texts)[name])


def find(directory: Path | None) -> PolicyFiles:
    """The shipped files, each replaced by the one of the same name in `directory`; raises PolicyError.

    The label tells which files differ from the shipped ones, so that a version says at sight whose numbers it holds.
    """
    own = {} if directory is None else _own(directory)
    return over_shipped(own, {name: str(directory / name) for name in own} if directory else {})


def over_shipped(own: Mapping[str, str], shown: Mapping[str, str]) -> PolicyFiles:
    """The shipped files with some texts in their places; `shown`: what sentences call those, by default their name."""
    shipped = {name: _shipped(name) for name in NAMES}
    texts = shipped | dict(own)
    changed = [name.removesuffix(".yaml") for name in NAMES if texts[name] != shipped[name]]
    return PolicyFiles(
        texts=tuple((name, texts[name]) for name in NAMES),
        shown=tuple((name, shown.get(name, name)) for name in NAMES),
        label="+".join([SHIPPED, *changed]),
    )


def _shipped(name: str) -> str:
    return (resources.files("anling.policy") / SHIPPED / name).read_text(encoding="utf-8")


def _own(directory: Path) -> dict[str, str]:
    place = Place(str(directory))
    if not directory.is_dir():
        raise PolicyError(place, Words("there is no such policy directory"), Words("give an existing directory"))
    paths = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    for path in paths:
        if path.name not in NAMES or not path.is_file():
            raise PolicyError(
                Place(str(path)),
                Words("this is no policy file"),
                Words("remove it or name it one of %(names)s", names=", ".join(NAMES)),
            )
    if not paths:
        remedy = Words("put in it any of %(names)s", names=", ".join(NAMES))
        raise PolicyError(place, Words("the policy directory is empty"), remedy)
    return {path.name: _text(path) for path in paths}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PolicyError(
            Place(str(path), line), Words("this line is not UTF-8"), Words("save the file as UTF-8")
        ) from error
    except OSError as error:
        raise PolicyError(Place(str(path)), Words("the file cannot be read"), Words("check its permissions")) from error
