"""What officers are told of a pay run, and how an answer of any length is taken."""

import tempfile
import tracemalloc

import pytest
from django.db import connection

from anling.audit.scope import within
from anling.passes.models import Pass
from anling.passes.operations import revoke_pass
from anling.payment import queries
from anling.payment.models import Mismatch, PayLine
from anling.payment.runs.acknowledging import acknowledge
from tests.support.pay import HERE, REGION, STOP, PayOffice, on

pytestmark = pytest.mark.usefixtures("db")


def test_who_passed_meanwhile_is_counted_once_and_a_revoked_pass_not_at_all() -> None:
    office = PayOffice()
    twice, revoked, silent = (office.benefit() for _ in range(3))
    for each in (twice, revoked, silent):
        office.warned(each)
    run = office.drafted()
    office.passed(twice, STOP, on(10))
    office.passed(twice, STOP, on(12))
    office.passed(revoked, STOP, on(11))
    with within(HERE):
        made = Pass.objects.filter(person=revoked.person_id).latest("recorded_at")
        revoke_pass(made=made.pk, reason="another person", by=office.clerk, at=on(12))
        assert queries.passed_meanwhile(run.pk) == 1


def test_lines_are_found_by_one_of_several_reasons_that_hold_them_and_by_region() -> None:
    office = PayOffice()
    office.benefit()
    run = office.drafted()
    with within(HERE):
        (line,) = PayLine.objects.filter(run=run)
        first, *_ = line.holds.split()
        for wanted in (queries.Wanted(run.pk, hold=first), queries.Wanted(run.pk, region=REGION[:4])):
            assert list(queries.lines(wanted)) == [line]
            with connection.cursor() as cursor:
                statement, values = queries.lines(wanted).query.sql_with_params()
                cursor.execute(f"EXPLAIN {statement}", values)
                assert "~~" not in str(cursor.fetchall())  # LIKE, which no index serves under row security
        assert list(queries.lines(queries.Wanted(run.pk, hold="appealed"))) == []
        assert list(queries.lines(queries.Wanted(run.pk, region="4403"))) == []


def test_an_answer_of_any_length_is_taken_whole_and_within_bounded_memory() -> None:
    office = PayOffice()
    stopped = office.benefit()
    office.warned(stopped)
    run = office.handed_over()
    with tempfile.TemporaryFile() as file, within(HERE):
        file.write(b"benefit_no,action,result,code\n")
        for number in range(700):
            file.write(b"X%d,stop,done,%s\n" % (number, b"x" * 60_000))
        file.write(f"{stopped.benefit_no},stop,done,\n".encode())
        assert file.tell() > 40_000_000
        tracemalloc.start()
        try:
            run = acknowledge(run=run.pk, version=run.version, file_name="a.csv", file=file, by=office.clerk, at=on(25))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        lines = list(PayLine.objects.filter(run=run).values_list("state", flat=True))
        differences = Mismatch.objects.filter(run=run).order_by("id").values_list("theirs", flat=True)
        assert (len(differences), differences[0], differences[699]) == (700, "X0 stop", "X699 stop")
    assert (run.acknowledgement, lines) == ({"file": "a.csv", "done": 1, "refused": 0, "unknown": 700}, ["done"])
    assert peak < 12_000_000
