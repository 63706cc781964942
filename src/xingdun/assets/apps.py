"""Networks and their graded protection, as a Django app."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """What the institution runs: networks with their level of protection, from planning to retirement."""

    name = "xingdun.assets"
    label = "assets"

    def ready(self) -> None:
        """Follow the approvals of gradings, plans and retirements."""
        from xingdun.assets.services import follow_up  # models stand only now

        follow_up.connect()
