"""The handbook's pages on policy: every value with its unit, source and dates, as the shipped files hold them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from anling.policy import CodeMeaning, Feed, Policy, load
from anling.policy.dated import Dated, History
from anling.policy.files import NAMES
from anling.policy.parameters import Parameter, ParameterBook, Scope
from tests.rules.pages import Page
from tests.rules.tables import Words

Value = TypeVar("Value")

NUMBERS = f"""每一个规定的或不得不假定的数字，都写在有生效日期的文件里，以核对基准日当日有效的为准。
来源或说明写着 assumption 的，是我们的判断，请先看它。

Every number that the regulations state, or that had to be assumed, stands in a dated file. What holds is what is in
force on the as-of date of a run; older values stay readable by asking for an older date. A value whose source or note
says "assumption" rests on judgement: look at it first.

An agency passes a directory of its own with `--policy DIR`. A file in it replaces the shipped file of the same name as
a whole; the files it leaves out are the shipped ones; a file of any other name is refused. The names are
{", ".join(f"`{name}`" for name in NAMES)}.
The version of a policy is a hash of all contents and a label that names the replaced files.

Values may not overlap nor leave a gap. A clock value may differ by scheme and by region: the longest region prefix
wins, and at equal length the entry that names the scheme.
"""

FEEDS = """预期行数按每千名领取人每月计，只按整行比较：整个期间预期不足一行的，没有记录不说明任何问题；
一批都没有送来的，仍算缺失。
必报的数据源缺失或明显偏少时，不因没有证据而让任何人走向停发。

Expected are rows per 1,000 recipients and month. Counts speak in whole rows: where less than one row was to be expected
for the period, none is no sign of anything; without any delivery a feed is missing all the same. Where a required feed
is missing or shrunk, nobody moves toward a stop for want of evidence.

"""

WORDS = """名册与各部门数据可用的列名和取值；不分大小写。

The names of columns and the values that rosters and feeds may use, in any case.
"""


def policy_pages() -> list[Page]:
    """The pages of the policy: its numbers, its feeds, its words."""
    policy = load()
    numbers = (
        _parameters("时限 · The clock", "N-A2", policy.clocks.parameters),
        _parameters("判定 · The decision", "N-B1", policy.thresholds.decision),
        _parameters("数据源状况 · Health of sources", "N-C2", policy.thresholds.health),
        _parameters("发放 · Payment", "domain.md 1", policy.payments.parameters),
        _parameters("通知 · Notices", "N-A3", policy.notices.parameters),
    )
    return [
        _page("policy-numbers", ("规定的数字", "The numbers of the regulations"), NUMBERS, *numbers),
        _page("policy-feeds", ("各部门的数据", "What departments send"), FEEDS, _feeds(policy), _codes(policy)),
        _page(
            "policy-words",
            ("列名与取值", "Names and values"),
            WORDS,
            _headers(policy),
            _tables(policy),
            _cities(policy),
        ),
    ]


def _page(name: str, title: tuple[str, str], introduction: str, *parts: str) -> Page:
    text = "\n".join((f"# {title[0]} · {title[1]}\n", introduction.rstrip() + "\n", *parts))
    rows = sum(line.startswith("| ") for part in parts for line in part.splitlines()) - 2 * len(parts)
    return Page(f"{name}.md", Words(*title), f"{rows} 项 · entries", text)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar within a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _dates(entry: Dated[Value], following: date | None = None) -> tuple[object, object]:
    return entry.valid_from, entry.valid_to or (f"before {following}" if following else "–")


def _parameters(title: str, clause: str, book: ParameterBook) -> str:
    heads = ("parameter", "scope", "value", "unit", "from", "to", "source", "note")
    rows = [row for (name, scope), history in book.histories.items() for row in _values(name, scope, history)]
    return _section(f"{title} ({clause})", table(heads, rows))


def _values(name: str, scope: Scope, history: History[Parameter]) -> Iterable[Sequence[object]]:
    entries = list(history)
    for entry, later in zip(entries, [*entries[1:], None], strict=True):
        parameter = entry.value
        dates = _dates(entry, later.valid_from if later else None)
        yield f"`{name}`", scope, f"`{parameter.value}`", parameter.unit, *dates, parameter.source, parameter.note


def _feeds(policy: Policy) -> str:
    heads = ("feed", "department", "label", "required", "usual delay, days", "expected", "from", "to", "sources")
    rows = [_feed(entry) for history in policy.feeds.feeds.values() for entry in history]
    return _section("数据源 · Feeds (N-C2)", table(heads, rows))


def _feed(entry: Dated[Feed]) -> Sequence[object]:
    feed = entry.value
    numbers = ("yes" if feed.required else "no", feed.usual_delay_days, feed.expected_per_1000_month)
    sources = "; ".join(f"{name}: {source}" for name, source in feed.sources.items())
    label = f"{feed.label_zh} · {feed.label_en}"
    return f"`{feed.code}`", feed.department, label, *numbers, *_dates(entry), f"{feed.source}; {sources}"


def _codes(policy: Policy) -> str:
    heads = ("feed", "code", "sign", "grade", "kind", "dated by", "meaning", "proves", "how it goes wrong", "source")
    rows = [
        (f"`{entry.value.code}`", *_code(meaning))
        for history in policy.feeds.feeds.values()
        for entry in history
        for meaning in entry.value.codes.values()
    ]
    return _section("一条记录证明什么 · What a record proves (N-B1)", table(heads, rows))


def _code(meaning: CodeMeaning) -> Sequence[object]:
    grade = f"{meaning.grade}, no yearly raise" if meaning.no_raise else meaning.grade
    label = f"{meaning.label_zh} · {meaning.label_en}"
    worth = (f"`{meaning.code}`", meaning.sign, grade, meaning.kind, meaning.dated_by)
    proves = f"{meaning.proves_zh} · {meaning.proves_en}"
    faked_by = f"{meaning.faked_by_zh} · {meaning.faked_by_en}"
    return *worth, label, proves, faked_by, meaning.source


def _headers(policy: Policy) -> str:
    rows = [
        (section, f"`{column}`", ", ".join(entry.value.aliases[1:]), *_dates(entry), entry.value.source)
        for (section, column), history in policy.header_names.names.items()
        for entry in history
    ]
    return _section("列名 · Column names", table(("file", "column", "also known as", "from", "to", "source"), rows))


def _tables(policy: Policy) -> str:
    rows = [
        (f"`{column}`", data_source, _grouped(entry.value.words), *_dates(entry), entry.value.source)
        for (column, data_source), history in policy.codes.maps.items()
        for entry in history
    ]
    return _section(
        "取值 · Values", table(("column", "data source", "our word: raw values", "from", "to", "source"), rows)
    )


def _grouped(words: Mapping[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for raw, ours in words.items():
        groups.setdefault(ours, []).append(raw)
    return "; ".join(f"`{ours}`: {', '.join(raws)}" for ours, raws in groups.items())


def _cities(policy: Policy) -> str:
    rows = [
        (code, entry.value.name.zh, entry.value.name.en, *_dates(entry), entry.value.source)
        for code, history in policy.regions.items()
        for entry in history
    ]
    return _section("地市 · Cities", table(("code", "name", "in English", "from", "to", "source"), rows))
