"""A report as tables, for a terminal and for docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.machine import line
from bench.report import Report, measured_in
from bench.things import BY_NAME

Rows = Sequence[Sequence[str]]


def tables(report: Report, growth: Sequence[dict[str, Any]], *, markdown: bool) -> str:
    """Head line, costs, end to end, explanation and bars of one report."""
    parts = [_head(report), "", *_table(_costs(report), markdown)]
    for rows in (_end_to_end(report), _explanation(report), _bars([*report["bars"], *growth])):
        if len(rows) > 1:
            parts += ["", *_table(rows, markdown)]
    return "\n".join(parts) + "\n"


def _head(report: Report) -> str:
    return (
        f"{report['scale']}: {report['people']:,} people, {report['roster_rows']:,} roster rows,"
        f" {report['feed_rows']:,} feed rows; median of {report['repeat']}, {report['threads']} threads,"
        f" limit {report['memory_limit']}, code {report['code']}\n{line(report['machine'])}"
    )


def _costs(report: Report) -> Rows:
    rows = [["what", "", "CPU s", "wall s", "peak GB", "× floor"]]
    for name in measured_in(report):
        cost = report[name]
        figures = [f"{cost['cpu_s']:.2f}", f"{cost['wall_s']:.2f}", f"{cost['peak_gb']:.2f}"]
        rows.append([name, BY_NAME[name].about, *figures, _ratio(report["ratios"].get(name))])
    return rows


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _end_to_end(report: Report) -> Rows:
    """First run from raw files: ours reads, keeps and decides everything; the peer does the core alone."""
    rows = [["from raw Parquet to the result", "CPU s", "× floor"]]
    if not {"floor", "ingest", "decide", "polars_raw"} <= set(report):
        return rows
    floor = report["floor"]["cpu_s"]
    ours = report["ingest"]["cpu_s"] + report["decide"]["cpu_s"]
    peer = report["polars_raw"]["cpu_s"]
    return [
        *rows,
        ["ours: ingest + decide, the whole rule", f"{ours:.2f}", f"{ours / floor:.2f}"],
        ["Polars: the core alone", f"{peer:.2f}", f"{peer / floor:.2f}"],
    ]


def _explanation(report: Report) -> Rows:
    rows = [["part of decide", "CPU s", "share"]]
    whole = sum(report.get("explanation", {}).values())
    for group, cpu_s in report.get("explanation", {}).items():
        rows.append([group, f"{cpu_s:.2f}", f"{cpu_s / whole:.0%}"])
    return rows


def _bars(bars: Sequence[dict[str, Any]]) -> Rows:
    rows = [["bar", "value", "at most", ""]]
    return rows + [[b["what"], f"{b['value']:.2f}", f"{b['limit']:g}", "met" if b["met"] else "NOT MET"] for b in bars]


def _table(rows: Rows, markdown: bool) -> list[str]:
    if markdown:
        head, *body = ["| " + " | ".join(row) + " |" for row in rows]
        return [head, "|" + " --- |" * len(rows[0]), *body]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return ["  ".join(_cell(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cell(text: str, width: int) -> str:
    is_figure = text[:1].isdigit() or text in ("CPU s", "wall s", "peak GB", "× floor", "share", "value", "at most")
    return text.rjust(width) if is_figure else text.ljust(width)
