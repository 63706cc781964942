"""Words for people before Django stands: this package's catalogue, read without it."""

import gettext as catalogues
import os
from functools import cache
from pathlib import Path

from django.apps import apps
from django.utils import translation

LOCALE = Path(__file__).parent / "locale"


def marked(message: str) -> str:
    """Mark `message` for the catalogue, unchanged; Django's own marks need its settings. Import it as `_`."""
    return message


def translate(message: str) -> str:
    """`message` in the reader's language: Django's once it stands, XINGDUN_LANGUAGE or Chinese before that."""
    language = translation.get_language() if apps.ready else os.environ.get("XINGDUN_LANGUAGE")
    return _catalogue((language or "zh-hans").lower()).gettext(message)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == "en":
        return catalogues.NullTranslations()
    return catalogues.translation("django", LOCALE, ["zh_Hans"])
