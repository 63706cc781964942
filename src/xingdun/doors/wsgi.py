"""The web application, for granian or any other WSGI server: probes first, then the pages and the API."""

import os

from django.core.wsgi import get_wsgi_application

from xingdun.runtime.loading import load_django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingdun.runtime.settings")
load_django()
_pages = get_wsgi_application()

from xingdun.doors.health import watched  # noqa: E402 - its models need Django to stand

application = watched(_pages)
