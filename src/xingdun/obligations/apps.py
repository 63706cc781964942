"""The law's duties and how the institution stands with them, as a Django app."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class ObligationsConfig(AppConfig):
    """Applicability, posture, history."""

    name = "xingdun.obligations"
    label = "obligations"

    def ready(self) -> None:
        """Every domain's checks are read once the domains stand; approvals and calendars tell this one."""
        for config in apps.get_app_configs():
            if config.name.startswith("xingdun.") and module_has_submodule(config.module, "checks"):
                import_module(f"{config.name}.checks")
        from xingdun.frame.calendar import calendar_from
        from xingdun.obligations.services import decisions
        from xingdun.obligations.years import calendar_here

        decisions.connect()
        calendar_from(calendar_here)
