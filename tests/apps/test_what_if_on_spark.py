"""What-ifs are decided where the installation has its runs decided."""

import pytest
from django.test import override_settings

from anling.audit.scope import within
from anling.comparison.models import Run, State, WhatIf
from anling.comparison.what_if.answering import answer
from anling.comparison.what_if.asking import Question, ask_what_if
from anling.engines.spark.cluster import Cluster
from tests.support.platform import NOW
from tests.support.province import PROVINCE, Office


def answered(run: Run, office: Office) -> WhatIf:
    values = {"feeds.gov_login.code.face": "P3", "feeds.police_border.in_use": "false"}
    question = Question("44", run, stands=False)
    asked = ask_what_if(question=question, values=values, reason="draft notice", by=office.clerk, at=NOW)
    assert answer(what_if=asked.pk, region=asked.region, now=lambda: NOW)
    with within(PROVINCE):
        return WhatIf.objects.get(pk=asked.pk)


def test_a_master_that_does_not_answer_is_told(finished: Run, office: Office) -> None:
    with override_settings(SPARK_CLUSTER=Cluster("spark://127.0.0.1:9", 1 << 30, None)):
        nowhere = answered(finished, office)
    assert nowhere.state == State.FAILED
    assert (
        nowhere.error == "--master spark://127.0.0.1:9: nobody answers there; start the master or correct its address."
    )


@pytest.mark.long
@pytest.mark.timeout(400)
def test_spark_comes_to_the_answer_of_duckdb(finished: Run, office: Office) -> None:
    here = answered(finished, office)
    with override_settings(SPARK_CLUSTER=Cluster("local[2]", 1 << 30, None)):
        there = answered(finished, office)
    assert (there.state, there.error) == (State.DONE, "")
    assert there.content_hash == here.content_hash
