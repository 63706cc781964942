"""The page of the keys: which there are, never what they are."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Column, register
from xingdun.keys import selectors
from xingdun.keys.models import DataKey

register(
    DataKey,
    title=_("Keys"),
    question=_("Which keys protect our data?"),
    rows=selectors.datakeys,
    order=("purpose", "-version"),
    columns=[
        Column("purpose", sort="purpose"),
        Column("version", kind="number", sort="version"),
        Column("suite", sort="suite"),
        Column("created_at", kind="time", sort="created_at"),
        Column("destroyed_at", kind="time", sort="destroyed_at"),
    ],
    search=("purpose",),
    filters=("suite", "created_at", "destroyed_at"),
    empty=_("No key yet. The first is made when the first secret is kept."),
    icon="key",
    menu="settings",
)
