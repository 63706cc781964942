"""What is uploaded lies nowhere by a name: a process that is killed meanwhile leaves no copy of it."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("size", [1, 3 * MEGABYTE])
def test_an_upload_has_no_name_on_the_disk(size, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    content = b"%PDF-" + b"x" * size
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", content, "application/pdf")})
    sent = request.FILES["file"]
    assert list(tmp_path.iterdir()) == []
    assert (sent.name, sent.size, sent.content_type) == ("a.pdf", len(content), "application/pdf")
    assert sent.read() == content
    sent.seek(0)
    assert sent.read(5) == b"%PDF-"
    request.close()
    assert sent.closed
