"""Sources, datasets, findings and grades, as a Django app."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """What the institution holds, where, and how it is graded."""

    name = "xingdun.data"
    label = "data"
