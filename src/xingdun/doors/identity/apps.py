"""The identity door, as a Django app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who comes in: sign-in, second factors, sessions, and what they may open."""

    name = "xingdun.doors.identity"
    label = "identity"

    def ready(self) -> None:
        """What allauth announces is told to the ledger."""
        from xingdun.doors.identity import events

        events.listen()
