"""Every template filled with an example, for whoever wants to see what people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anling.notices.words import HOTLINE, Said, Template, ValueType, templates

_EXAMPLES: Mapping[str, Mapping[ValueType, str]] = {
    "zh-hans": {
        ValueType.LAST_DAY: "2026-07", ValueType.MONTH: "2026-08", ValueType.DAY: "2026-07-03",
        ValueType.MONEY: "660.00", ValueType.TEXT: "（由经办人填写的一句话）",
        ValueType.OUTCOME: "upheld",
        ValueType.CAUSE: "detained",
    },
    "en": {
        ValueType.LAST_DAY: "2026-07", ValueType.MONTH: "2026-08", ValueType.DAY: "2026-07-03",
        ValueType.MONEY: "660.00", ValueType.TEXT: "(one sentence by the officer)",
        ValueType.OUTCOME: "upheld",
        ValueType.CAUSE: "detained",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A template and what it says with an example."""

    template: Template
    said: Said


def samples(language: str) -> list[Sample]:
    """The newest version of every template of a language, in the order of the file."""
    newest: dict[str, Template] = {}
    for each in templates().values():
        if each.language == language:
            newest[each.name.rpartition("/")[0]] = each
    return [Sample(each, each.say(_values(each))) for each in newest.values()]


def _values(template: Template) -> dict[str, str]:
    examples = _EXAMPLES[template.language]
    return {**{name: examples[kind] for name, kind in template.values.items()}, HOTLINE: "12333"}
