"""The key hierarchy, as a Django app."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """The key hierarchy."""

    name = "xingdun.keys"
    label = "keys"

    def ready(self) -> None:
        """The ledger stands below: it is told here how personal words are sealed."""
        from xingdun.frame.sealing import seal_with
        from xingdun.keys.services import seal_personal_words

        seal_with(seal_personal_words)
