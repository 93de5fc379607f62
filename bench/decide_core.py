"""Our engine doing only what the peer does: exact join, window, strong signs, newest month per person, written.

Session, store, views, windows and totals are those of decide; the join is its main pass without weak signs, other
names, record ids and losses.
"""

import sys
from itertools import takewhile

from anling.engines.duckdb.relations import bring
from anling.engines.duckdb.session import Session
from anling.matching.steps import Step, once, per_slice
from bench.place import THREADS, Place
from bench.process import report
from bench.question import Question
from bench.words import quoted

_LAST_NEEDED = "watched"
_STRONG_SIGN = """
SELECT s.person_seq, l.mark, TRUE AS in_window
FROM slice_life AS l
JOIN subject AS s ON s.key = l.key
WHERE l.mark >= s.window_mark AND l.mark < {end_mark} AND mark_grade(l.mark) <= 2 AND l.name_h = s.name_h
  AND l.name_h <> 0
"""
_CORE = """
SELECT
  p.person_no, l.person_seq IS NOT NULL AS eligible, coalesce(l.has_p1, FALSE) AS has_p1,
  year(DATE '1970-01-01' + l.newest_day) * 12 + month(DATE '1970-01-01' + l.newest_day) - 1 AS pass_month
FROM slice_person AS p
LEFT JOIN life_total AS l ON l.person_seq = p.person_seq
"""


def main() -> None:
    """Folder of the scale, memory limit."""
    place = Place.at(sys.argv[1])
    place.results.mkdir(parents=True, exist_ok=True)
    out = quoted(place.results / "decide_core.parquet")
    with Session(memory_limit=sys.argv[2], threads=THREADS, temp=place.folder / "spill") as session:
        _decide(session, Question.read(place))
        session.execute(f"COPY ({_CORE}) TO {out} (FORMAT parquet)")
        people, eligible, months = session.row(
            f"SELECT count(*), count(*) FILTER (WHERE eligible), sum(pass_month) FROM read_parquet({out})"
        )
    report(people=people, eligible=eligible, months=int(months or 0))


def _decide(session: Session, question: Question) -> None:
    """Make life_total, whose losses are none: the steps up to it run, but on an empty relation of losses."""
    bring(session, question.inputs)
    for piece, whole in (("slice_row", "roster"), ("slice_person", "person"), ("slice_life", "life")):
        session.execute(f"CREATE VIEW {piece} AS SELECT * FROM {whole}")
    session.execute("CREATE TEMP TABLE no_loss AS SELECT * FROM loss LIMIT 0")
    session.execute("CREATE OR REPLACE VIEW loss AS SELECT * FROM no_loss")
    steps = {step.name: step for step in (*once(), *per_slice())}
    for name in [*takewhile(lambda name: name != _LAST_NEEDED, steps), _LAST_NEEDED]:
        _keep(session, steps[name], question)
    _keep(session, steps["subject"], question)
    session.execute(f"CREATE VIEW strong_sign AS {_STRONG_SIGN.format_map(question.parameters)}")
    _keep(session, steps["life_total"], question)


def _keep(session: Session, step: Step, question: Question) -> None:
    session.execute(f"CREATE TEMP TABLE {step.name} AS {step.filled(question.parameters)}")


if __name__ == "__main__":
    main()
