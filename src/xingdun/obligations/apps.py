"""The law's duties and how the institution stands with them, as a Django app."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class ObligationsConfig(AppConfig):
    """Applicability, posture, history."""

    name = "xingdun.obligations"
    label = "obligations"

    def ready(self) -> None:
        """Every domain's checks are read once the domains stand."""
        for config in apps.get_app_configs():
            if config.name.startswith("xingdun.") and module_has_submodule(config.module, "checks"):
                import_module(f"{config.name}.checks")
