"""The command behind script/bench."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bench.compare import DisagreementError, compare
from bench.import_roster import compare_imports, told
from bench.machine import describe, line
from bench.pages import pages
from bench.pages import told as told_pages
from bench.passes import compare_passes
from bench.passes import told as told_passes
from bench.payrun import payrun
from bench.payrun import told as told_payrun
from bench.place import ROOT, SCALES, Place
from bench.process import ProcessError
from bench.report import growth
from bench.spark import measure_spark, told_spark
from bench.table import tables
from bench.things import BY_NAME, MEMORY_LIMIT, THINGS, Thing


def main() -> int:
    """Exit status: 0 measured, 1 a measured process failed, 2 the call is wrong."""
    arguments = _parser().parse_args()
    try:
        return int(arguments.work(arguments) or 0)
    except (ProcessError, DisagreementError) as error:
        sys.stderr.write(f"script/bench: {error}\n")
        return 1
    except (OSError, json.JSONDecodeError) as error:
        sys.stderr.write(f"script/bench: a report cannot be read or written: {error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench", description="What the main job costs, beside the floor.")
    works = parser.add_subparsers(required=True, metavar="compare|import|pages|passes|payrun|spark|table")
    comparing = works.add_parser("compare", help="measure the floor, ours and the best peer")
    comparing.set_defaults(work=_compare)
    comparing.add_argument("--scale", choices=SCALES, required=True, help="XS = 150 k people × 1.5 M rows, S, L")
    comparing.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    comparing.add_argument("--against", type=Path, metavar="FILE", help="report of a smaller scale: growth is shown")
    comparing.add_argument("--repeat", type=_count, metavar="N", help="measurements of each (default 3, at L 1)")
    comparing.add_argument("--only", type=_things, metavar="A,B", help=f"some of: {', '.join(BY_NAME)}")
    comparing.add_argument("--markdown", action="store_true", help="print Markdown")
    printing = works.add_parser("table", help="print earlier reports again; of two, growth too")
    printing.set_defaults(work=_table)
    printing.add_argument("reports", type=Path, nargs="+", metavar="FILE", help="JSON reports, smaller scale first")
    printing.add_argument("--markdown", action="store_true", help="print Markdown")
    importing = works.add_parser("import", help="measure a roster import beside a bare load of the same rows")
    importing.set_defaults(work=_import)
    importing.add_argument("--rows", type=_count, default=100_000, metavar="N", help="people, about as many rows")
    importing.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    paying = works.add_parser("payrun", help="measure a draft of a pay run beside a bare UPDATE of the same benefits")
    paying.set_defaults(work=_payrun)
    paying.add_argument("--rows", type=_count, default=1_000_000, metavar="N", help="benefits")
    paying.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    passing = works.add_parser("passes", help="measure taking a run over beside a bare INSERT of the same rows")
    passing.set_defaults(work=_passes)
    passing.add_argument("--people", type=_count, default=1_000_000, metavar="N", help="people of the run")
    passing.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    asking = works.add_parser("pages", help="measure how long officers wait for pages")
    asking.set_defaults(work=_pages)
    asking.add_argument("--people", type=_count, default=1_000_000, metavar="N", help="people in the database")
    asking.add_argument("--officers", type=_count, default=10, metavar="N", help="officers at once")
    asking.add_argument("--seconds", type=_count, default=60, metavar="N", help="how long, each")
    asking.add_argument("--home", type=Path, default=ROOT / "var" / "bench" / "office", help="the installation, kept")
    asking.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    sparking = works.add_parser("spark", help="measure how Spark grows, and what a province out of balance does to it")
    sparking.set_defaults(work=_spark)
    sparking.add_argument("--scale", choices=SCALES, nargs="+", default=["XS"], help="smaller scale first")
    sparking.add_argument("--memory-limit", default=MEMORY_LIMIT, metavar="SIZE", help="of the one process")
    sparking.add_argument("--skewed", action="store_true", help="also with nine of ten people in one city")
    sparking.add_argument("--json", type=Path, metavar="FILE", help="write the report here too")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("give a whole number above 0")
    return int(text)


def _things(text: str) -> tuple[Thing, ...]:
    names = text.split(",")
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise argparse.ArgumentTypeError(f"nothing is named {unknown[0]!r}; there are {', '.join(BY_NAME)}")
    return tuple(thing for thing in THINGS if thing.name in names)


def _compare(arguments: argparse.Namespace) -> None:
    scale = SCALES[arguments.scale]
    smaller = _read(arguments.against) if arguments.against else None
    chosen = arguments.only or tuple(
        t for t in THINGS if not t.on_demand and (scale.with_csv or t.form in ("parquet", None))
    )
    _tell(line(describe()))
    report = compare(scale, Place.of(scale), chosen, repeat=arguments.repeat or scale.repeat, told=_tell)
    grown = growth(smaller, report) if smaller else []
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({**report, "growth": grown}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    sys.stdout.write(tables(report, grown, markdown=arguments.markdown))


def _pages(arguments: argparse.Namespace) -> None:
    report = pages(arguments.home, arguments.people, arguments.officers, arguments.seconds)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(told_pages(report))


def _import(arguments: argparse.Namespace) -> None:
    _tell(line(describe()))
    report = compare_imports(int(arguments.rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    sys.stdout.write(told(report))


def _payrun(arguments: argparse.Namespace) -> None:
    _tell(line(describe()))
    report = payrun(int(arguments.rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    sys.stdout.write(told_payrun(report))


def _passes(arguments: argparse.Namespace) -> None:
    _tell(line(describe()))
    report = compare_passes(int(arguments.people))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    sys.stdout.write(told_passes(report))


def _spark(arguments: argparse.Namespace) -> None:
    _tell(line(describe()))
    scales = [SCALES[name] for name in arguments.scale]
    report = measure_spark(scales, arguments.memory_limit, skewed=arguments.skewed, told=_tell)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(told_spark(report))


def _table(arguments: argparse.Namespace) -> None:
    reports = [_read(path) for path in arguments.reports]
    for smaller, report in zip([None, *reports], reports, strict=False):
        grown = growth(smaller, report) if smaller and smaller["scale"] != report["scale"] else []
        sys.stdout.write(("\n" if smaller else "") + tables(report, grown, markdown=arguments.markdown))


def _read(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return report


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
