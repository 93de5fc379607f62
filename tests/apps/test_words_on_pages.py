"""What pages say in words: jobs by what they do, regions by their names, the telephone of whoever pays."""

from importlib import import_module

import pytest
from django.utils.translation import override
from procrastinate.contrib.django import app

from anling.access.roles import Role
from anling.audit.scope import within
from anling.audit.wording import heard
from anling.comparison.working import why
from anling.engines.errors import EngineError
from anling.notices.consenting import invited
from anling.policy import PolicyError, load_texts
from anling.roster.models import Benefit
from anling.territory.models import Agency
from anling.web.job_words import JOBS, QUEUES
from anling.web.recipient.limits import hotline
from tests.apps.test_office_in_chinese import reader_of
from tests.support import notices_held
from tests.support.client import places
from tests.support.platform import NOW, officer


def test_every_job_and_queue_has_a_name() -> None:
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    import_module("anling.site.jobs")  # which only a worker reads
    ours = {task.name: task for task in app.tasks.values() if not task.name.startswith(("procrastinate", "builtin"))}
    assert JOBS.keys() == ours.keys()
    assert QUEUES.keys() == {task.queue for task in ours.values()}


@pytest.mark.usefixtures("db")
def test_a_role_is_told_with_the_name_of_its_region() -> None:
    officer("security", Role.SECURITY_ADMINISTRATOR)
    li = officer("li", Role.CLERK, "440104")
    client = reader_of("security")
    for address in ("/office/officers", f"/office/officers/{li.pk}"):
        assert "经办人 · 广东省 广州市 越秀区" in client.get(address).content.decode()


@pytest.mark.usefixtures("db")
def test_an_address_that_leads_nowhere_says_so_and_does_not_lead_round() -> None:
    officer("li", Role.CLERK, "440104")
    answer = reader_of("li").get("/office/nowhere", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (404, 1)
    assert reader_of("li").get("/office/people/?text=a")["Location"] == "/office/people?text=a"


def test_what_a_failed_run_keeps_is_whole_in_both_languages() -> None:
    engine = why(EngineError("Catalog Error: no such table"))
    with pytest.raises(PolicyError) as refused:
        load_texts({"clock.yaml": "cycle_months: [\n"})
    policy = why(refused.value)
    with override("en"):
        assert heard(engine).startswith("The engine failed (Catalog Error: no such table); tell")
        assert "clock.yaml:2: this is not valid YAML; mend the line" in heard(policy)
    with override("zh-hans"):
        assert "不是有效的 YAML；请更正该行、缩进或引号。" in heard(policy)
    full = OSError(28, "No space left on device")
    with override("zh-hans"):
        assert "磁盘空间不足" in heard(why(full))


@pytest.mark.usefixtures("db")
def test_the_telephone_of_who_pays_is_named_where_we_know_it() -> None:
    places()
    told = notices_held.benefit("440104")
    token = notices_held.invited(told)
    assert invited(token=token, at=NOW).phone == hotline()
    agency = Agency.objects.get(code="A440104")
    Agency.objects.filter(pk=agency.pk).update(phone="020-87654321", name="越秀社保")
    with within(notices_held.PROVINCE):
        Benefit.objects.filter(pk=told.pk).update(agency=agency.pk)
    assert invited(token=token, at=NOW).phone == "020-87654321"
    client = reader_of("who-invited")
    assert "020-87654321" in client.get("/me/places", {"text": "越秀"}).content.decode()
    assert hotline() in client.get("/me/places", {"text": "xyz"}).content.decode()
