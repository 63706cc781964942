"""Addresses of sign-in, second factors, sessions and single sign-on; `foreign` says who may open each."""

from collections.abc import Iterable, Iterator

from allauth.urls import urlpatterns as all_patterns
from django.db import transaction
from django.urls import URLPattern, URLResolver, include, path

from xingdun.doors.identity.foreign import FOREIGN


def _each(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _each(pattern.url_patterns)
        else:
            yield pattern


# Some of allauth's old addresses bear no name, so that no right can be given to them.
foreign_patterns = [pattern for pattern in all_patterns if isinstance(pattern, URLResolver) or pattern.name]

for _pattern in _each(foreign_patterns):
    _right = FOREIGN.get(_pattern.name or "")
    if _right and _right.writes:
        _pattern.callback = transaction.atomic(_pattern.callback)

urlpatterns = [path("", include(foreign_patterns))]
