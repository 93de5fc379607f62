"""Backup and restore on whatever server the tests run on (`script/test --server`); the archive itself: tests/site."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from anling.access.models import Officer
from anling.access.roles import Role
from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.operations import record
from anling.audit.sealing import broken, seal
from anling.audit.values import machine
from anling.audit.verification import verify
from anling.territory.models import Region
from tests.support.platform import NOW, environment, officer


def _anling(*arguments: str) -> str:
    command = [str(Path(sys.executable).parent / "anling"), *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False, timeout=150)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("flushed")
def test_what_was_done_after_the_backup_is_gone_and_what_was_before_is_back(tmp_path: Path) -> None:
    before = officer("before", Role.CLERK, "4401")
    with transaction.atomic():
        record(Kind.TERRITORY_LOADED, by=machine("test"), at=NOW)
    assert seal(at=NOW) == 1
    archive = tmp_path / "a.backup"
    _anling("backup", str(archive))
    officer("after", Role.CLERK, "4401")
    Region.objects.filter(pk="440104").update(name="误")
    connections.close_all()
    assert seal(at=NOW) > 0  # the head file of now tells of seals that the restored database has not
    assert "restored" in _anling("restore", str(archive), "--replace")
    assert list(Officer.objects.all()) == [before]
    assert Region.objects.get(pk="440104").name == "越秀区"
    assert officer("next", Role.CLERK).pk == before.pk + 1
    assert Entry.objects.filter(kind=Kind.BACKUP_RESTORED).count() == 1
    assert (broken(), verify().findings) == ("", ())
    assert seal(at=NOW) > 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity")
        assert cursor.fetchone()[0] > 0
