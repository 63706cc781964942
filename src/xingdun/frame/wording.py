"""How words stand beside each other, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy


def listed(words: Iterable[object]) -> str:
    """One after another: with a comma, in Chinese with 、."""
    return gettext(", ").join(map(str, words))


def listed_lazily(words: Iterable[object]) -> Any:
    """As `listed`, in the language of whoever reads it later."""
    pieces = [piece for word in words for piece in (gettext_lazy(", "), word)][1:]
    return format_lazy("{}" * len(pieces), *pieces)
