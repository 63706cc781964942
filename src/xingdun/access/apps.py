"""Asking for data, and windows into protected sources, as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Requests, grants and what is done under them."""

    name = "xingdun.access"
    label = "access"

    def ready(self) -> None:
        """Approvals and leaving tell this domain what follows here."""
        from xingdun.access.services import follow_up

        follow_up.connect()
