"""The console, as a Django app: its templates and static files, and the registers it finds."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConsoleConfig(AppConfig):
    """The staff's web pages."""

    name = "xingdun.doors.console"
    label = "console"

    def ready(self) -> None:
        """Every domain's registers and overview are read once the domains stand."""
        autodiscover_modules("registers", "overview")
