"""The key hierarchy, as a Django app."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """The key hierarchy."""

    name = "xingdun.keys"
    label = "keys"
