"""Uploads too large for memory: they lie in files without a name, so that a killed process leaves nothing behind."""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessUploadHandler(FileUploadHandler):
    """Keeps an upload in a temporary file that nothing can open but this process, and that ends with it.

    Django's own has a name in the system's folder of temporary files; after `kill -9` it would stay there, unsealed.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """An upload begins."""
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes what it was sent

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """More of it comes."""
        del start
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """All of it is here."""
        self.file.seek(0)
        return UploadedFile(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """The sender went away."""
        if hasattr(self, "file"):
            self.file.close()
