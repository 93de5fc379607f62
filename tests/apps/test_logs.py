"""What fails leaves its kind and its place in the log, and nothing of anybody: no number, no name, no address."""

import logging
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from anling.access.models import Officer
from anling.access.roles import Role
from anling.site.logs import WithoutText
from tests.support.platform import environment, officer

NUMBER = "11010519491231002X"
_WORKER = f"""
import logging, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "anling.site.settings"
django.setup()
from procrastinate.contrib.django import app
from django.db import connection

@app.task(name="test.fails", queue="test")
def fails(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s || 'x')::int", [number])

fails.defer(number="{NUMBER}")
with app.replace_connector(app.connector.get_worker_connector()) as working:
    working.run_worker(queues=["test"], wait=False, install_signal_handlers=False, listen_notify=False)
"""


def _logged(name: str, message: str, *values: object, **more: object) -> str:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutText())
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        logger.error(message, *values, **more)  # type: ignore[arg-type]
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


def _violation() -> IntegrityError:
    officer(NUMBER, Role.CLERK)
    with pytest.raises(IntegrityError, match=NUMBER) as caught, transaction.atomic():
        Officer.objects.create_user(NUMBER)
    return caught.value


def test_the_log_of_this_installation_is_written_so() -> None:
    made = logging.getLogger().handlers
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "without_text"  # type: ignore[index]
    assert [handler for handler in made if isinstance(handler.formatter, WithoutText)]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("name", ["django.request", "procrastinate.worker", "asyncio", "anling.api.gate"])
def test_an_error_of_the_database_is_logged_without_the_row_that_it_names(name: str) -> None:
    said = _logged(name, "It failed.", exc_info=_violation())
    assert NUMBER not in said
    assert "psycopg.errors.UniqueViolation at" in said
    assert "django.db.utils.IntegrityError at" in said
    assert "models.py" in said


def test_the_address_that_was_asked_for_is_not_logged() -> None:
    said = _logged("django.request", "%s: %s", "Internal Server Error", f"/office/people/{NUMBER}")
    assert NUMBER not in said
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutText())
    logging.getLogger("django.request").addHandler(handler)
    try:
        asked = RequestFactory().get(f"/{NUMBER}")
        log_response("Not Found: %s", asked.path, response=HttpResponse(status=404), request=asked)
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert (NUMBER in stream.getvalue(), "404 (no page)" in stream.getvalue()) == (False, True)


@pytest.mark.usefixtures("flushed")
def test_a_job_that_fails_tells_its_name_and_number_and_nothing_of_its_arguments() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WORKER], env=environment(), capture_output=True, text=True, check=False, timeout=60
    )
    assert "test.fails[" in done.stderr, done.stderr
    assert "\npsycopg.errors." in done.stderr, done.stderr
    assert NUMBER not in done.stderr + done.stdout
