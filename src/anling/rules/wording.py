"""What rooms that know no language of pages say of a wrong value, so that it can be said in another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

_CUT = "…"


class Words(str):
    """A text in English, with the template and the values that it was made of; pages translate the template.

    template: with %(name)s for each value; `script/catalogue` finds it where this class is called.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """The text with its values in their places."""
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made

    def cut(self, most: int) -> Words:
        """The same with no value longer than `most` characters: what stood in a file may be of any length."""
        texts = {name: str(value) for name, value in self.values.items()}
        return Words(self.template, **{n: t if len(t) <= most else t[:most] + _CUT for n, t in texts.items()})
