"""PDF by typst: the template is typst source of ours, the data arrive as JSON and are never read as markup."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from xingdun.engines.documents.errors import DocumentError
from xingdun.engines.documents.glyphs import font_files, printable

PDF = "application/pdf"
LAYOUT = Path(__file__).with_name("layout.typ")


def pdf_from_typst(template: Path | str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of `template` (a file, or typst source) with `data` as the dictionary `data`.

    The functions of layout.typ stand before the template's own text, so it imports nothing. Strings of `data` are
    shown as they are (see `glyphs` for what no font draws). Only the fonts that come with the platform are used.
    Raises DocumentError.
    """
    import typst

    source = template if isinstance(template, str) else template.read_text(encoding="utf-8")
    try:
        return bytes(
            typst.compile(
                f"{LAYOUT.read_text(encoding='utf-8')}\n{source}".encode(),
                font_paths=_fonts(),
                sys_inputs={"data": json.dumps(printable(data), ensure_ascii=False, default=str)},
                timestamp=int(made_at.timestamp()),
            )
        )
    except typst.TypstError as error:
        raise DocumentError(f"the template cannot be printed: {error}") from error


@cache
def _fonts() -> Any:
    import typst

    folders = sorted({str(path.parent) for path in font_files()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
