"""The frame as a Django app: it lays row security after each migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FrameConfig(AppConfig):
    """What every domain stands on."""

    name = "xingdun.frame"
    label = "frame"

    def ready(self) -> None:
        """After the last app has migrated, lay rights and row security over all tables."""
        from xingdun.frame import security

        post_migrate.connect(security.apply, sender=self, dispatch_uid="xingdun-security")
