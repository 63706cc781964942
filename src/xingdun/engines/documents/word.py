"""Word files from templates (docxtpl): the template holds the layout, the data the words."""

import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from xingdun.engines.documents.errors import DocumentError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# What XML 1.0 cannot hold (section 2.2), and surrogates without their other half.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP entry can carry


def docx_from_template(template: Path | bytes, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The Word file of `template` filled in with `data`; `made_at` is the time its properties carry.

    Text is escaped; line breaks stay line breaks; what XML cannot hold is left out. A name the template asks for and
    `data` lack is an error, never a blank. Raises DocumentError.
    """
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    document = DocxTemplate(BytesIO(template) if isinstance(template, bytes) else template)
    try:
        document.render(dict(data), jinja_env=_environment(), autoescape=True)
    except TemplateError as error:
        raise DocumentError(f"the template cannot be filled in: {error}") from error
    properties = document.docx.core_properties
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    made = BytesIO()
    document.save(made)
    return without_clock(made)


def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(undefined=StrictUndefined, finalize=_text, autoescape=True)


def _text(value: object) -> object:
    """A value as escaped text. docxtpl turns `{_{` into `{{` after filling in: the underscore goes as a reference."""
    from jinja2 import Undefined
    from markupsafe import Markup, escape

    if isinstance(value, Undefined | Markup):
        return value
    words = _ILLEGAL.sub("", str(value if value is not None else "").replace("\r\n", "\n").replace("\r", "\n"))
    safe = str(escape(words))
    for told in ("{_", "_}", "%_"):
        safe = safe.replace(told, told.replace("_", "&#95;"))
    return Markup(safe)  # noqa: S704 - escaped above


def without_clock(made: BytesIO) -> bytes:
    """The same package with the same bytes each time: entries carry no time of their own."""
    again = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return again.getvalue()
