"""Little is taken by any page, much by those that take files, from officers who may (before anything keeps it)."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anling.access.roles import Role
from tests.support.platform import officer
from tests.support.visit import signed_in, visitor

pytestmark = pytest.mark.usefixtures("flushed")
SMALL = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class _Unread(BytesIO):
    """A body that must not be read."""

    def read(self, *sizes: int | None) -> bytes:
        raise AssertionError(sizes)

    readline = read


def _claimed(client: Client, path: str, length: int, **more: str) -> Any:
    """A file of a length that its header says; nothing of it is sent."""
    environ: dict[str, Any] = {"CONTENT_LENGTH": str(length), "wsgi.input": _Unread(), **more}
    return client.generic(
        "POST", path, b"", content_type="multipart/form-data; boundary=x",
        **environ,
    )  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/me/appeal", "/account/login/", "/office/imports", "/office/places/lists/add", "/nothing"]
)
def test_a_stranger_sends_no_file_anywhere(path: str) -> None:
    answer = _claimed(visitor(), path, SMALL + 1)
    assert answer.status_code == 413
    assert "This page takes at most 2 MB. Nothing was kept." in answer.content.decode()


def test_a_clerk_sends_files_to_the_pages_that_take_them_up_to_what_they_take() -> None:
    officer("wang", Role.CLERK, "4401")
    client = signed_in("wang")
    larger = SimpleUploadedFile("roster.csv", b"x" * (SMALL + 1))
    assert client.post("/office/imports", {"file": larger}).status_code == 302
    for path, most in (("/office/imports", settings.UPLOAD_LIMIT), ("/office/places/lists/add", 50 * 1024**2)):
        answer = _claimed(client, path, most + 2 * 1024**2)
        assert f"at most {most // 1024**2} MB" in answer.content.decode()
    assert _claimed(client, "/office/people", SMALL + 1).status_code == 413


def test_an_officer_who_may_not_import_sends_no_roster() -> None:
    officer("audit", Role.AUDIT_ADMINISTRATOR)
    answer = _claimed(signed_in("audit"), "/office/imports", SMALL + 1)
    assert answer.status_code == 413


def test_a_body_without_a_length_is_not_read() -> None:
    answer = _claimed(visitor(), "/me/appeal", 0, HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


def test_nothing_that_an_officer_sees_is_kept_by_a_browser_or_a_proxy() -> None:
    officer("wang", Role.CLERK, "4401")
    client = signed_in("wang")
    for path in ("/office/", "/office/people", "/office/feeds", "/nothing"):
        assert client.get(path)["Cache-Control"] == "no-store", path
