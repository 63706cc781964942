"""The API, as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """How programs come in."""

    name = "xingdun.doors.api"
    label = "api"
