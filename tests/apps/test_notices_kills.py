"""A sender that is killed with messages in its hands: the next one sends the rest, and nobody gets one twice."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anling.audit.scope import within
from anling.notices.models import Notice, State
from anling.notices.sending import key_of
from tests.support import notices_held
from tests.support.gateways import TOKEN, AsProcess, as_process
from tests.support.platform import NOW, clerk, environment

MANY, KILLED_AT = 30, 12
SENDER = """
import sys
from datetime import datetime
import django
django.setup()
from anling.notices.http_gateways import HttpSms
from anling.notices.sending import send_due
gateway = HttpSms(sys.argv[1], sys.argv[2])
while send_due(at=datetime.fromisoformat(sys.argv[3]), gateways={"sms": gateway}, limit=7).sent:
    pass
"""


def _sender(gateway: AsProcess) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", SENDER, gateway.address, TOKEN, NOW.isoformat()]
    return subprocess.Popen(command, env={**environment(), "DJANGO_SETTINGS_MODULE": "anling.site.settings"})


def _kill_in_the_midst(sender: "subprocess.Popen[bytes]", gateway: AsProcess) -> None:
    until = time.monotonic() + 60
    while len(gateway.kept()) < KILLED_AT and time.monotonic() < until and sender.poll() is None:
        time.sleep(0.002)
    sender.kill()
    assert sender.wait(timeout=20) == -signal.SIGKILL, "it was to be killed while it worked"


def _states() -> list[str]:
    with within(notices_held.PROVINCE):
        return list(Notice.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.usefixtures("flushed")
def test_the_work_of_a_killed_sender_is_done_once_by_the_next(tmp_path: Path) -> None:
    by = clerk("4401")
    told = [notices_held.notice(notices_held.benefit(phone=f"1380000{place:04}"), by=by) for place in range(MANY)]
    with as_process(tmp_path) as gateway:
        _kill_in_the_midst(_sender(gateway), gateway)
        handed_over = len(gateway.kept())
        assert KILLED_AT <= handed_over < MANY
        assert _states().count(State.SENT) <= handed_over
        assert _sender(gateway).wait(timeout=60) == 0
        assert gateway.kept() == sorted(key_of(each) for each in told)
    assert set(_states()) == {State.SENT}
