"""Officers at the command line of the platform under test."""

import subprocess
import sys

from django.utils import timezone

from anling.access import command_sessions
from anling.access.models import Officer
from anling.site.signing import keep_token
from tests.support import starts
from tests.support.platform import HOME, environment


def signed_in_here(username: str) -> str:
    """Sign an officer in as `anling sign-in` does, without its questions; the token."""
    officer = Officer.objects.get(username=username)
    token = command_sessions.begin(officer=officer, machine="here", account="tester", at=timezone.now())
    keep_token(HOME, username, token)
    return token


def anling(*words: object, typed: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    """`anling` as a process of its own. typed: what stands on its standard input."""
    if not variables:
        return starts.run([*map(str, words)], environment(), platform=True, typed=typed)
    return subprocess.run(
        [sys.executable, "-m", "anling", *map(str, words)], env={**environment(), **variables}, input=typed,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
