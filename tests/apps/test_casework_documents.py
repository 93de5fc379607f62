"""Documents of cases: known by their content, unreadable where they lie, read on record."""

import pytest
from django.conf import settings

from anling.audit.kinds import Kind
from anling.audit.models import Entry
from anling.audit.scope import within
from anling.audit.values import Scope
from anling.casework import documents
from anling.casework.errors import CaseError
from tests.support.case_steps import HERE, PNG, reviewer
from tests.support.listings import a_case
from tests.support.platform import NOW, clerk


@pytest.mark.usefixtures("db")
def test_a_document_is_taken_for_what_it_holds_and_unreadable_where_it_lies() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        made = documents.attach(case=case.pk, name="..\\..\\=死亡证明\u202e.exe", content=PNG, by=by, at=NOW)
        assert (made.name, made.content_type, made.size) == ("=死亡证明.png", "image/png", len(PNG))
        stored = (settings.HOME / "documents" / made.stored_as).read_bytes()
        assert b"PNG" not in stored
        assert b"picture" not in stored
        opened = documents.read_document(document=made.pk, by=reviewer(), at=NOW)
        assert (opened.content, opened.name) == (PNG, made.name)
    assert Entry.objects.filter(kind=Kind.DOCUMENT_READ, object_key=str(case.pk)).count() == 1
    with within(Scope("440305")), pytest.raises(CaseError, match="no such document"):
        documents.read_document(document=made.pk, by=clerk("440305", "far"), at=NOW)


@pytest.mark.usefixtures("db")
def test_a_document_changed_on_the_disk_is_not_shown() -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE):
        made, other = (documents.attach(case=case.pk, name="a.png", content=PNG + more, by=by, at=NOW)
                       for more in (b"1", b"2"))  # fmt: skip
        folder = settings.HOME / "documents"
        (folder / made.stored_as).write_bytes((folder / other.stored_as).read_bytes())
        with pytest.raises(CaseError, match="changed on the disk"):
            documents.read_document(document=made.pk, by=by, at=NOW)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("content", [b"", b"MZ executable", b"<script>", b"\xff\xd8\xff" + b"x" * (10 << 20)])
def test_other_kinds_and_sizes_of_files_are_refused(content: bytes) -> None:
    by = clerk("4401", "one")
    case = a_case(by)
    with within(HERE), pytest.raises(CaseError, match=r"Only PDF|1 byte to"):
        documents.attach(case=case.pk, name="a.pdf", content=content, by=by, at=NOW)
