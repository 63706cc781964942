"""What packs are refused for, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class PackUnreadable(Refusal):
    """The file is no pack, or nothing of it can be read."""

    code = "XD-PACK-001"
    what = _("This is not a proof pack that can be read: {problem}.")
    todo = _("Ask for the file again; a pack is made with `xingdun prove`.")
    status = 422


class NoSuchClause(Refusal):
    """The catalogue has no such clause."""

    code = "XD-PACK-002"
    what = _("The catalogue has no clause “{clause}”; the nearest is {nearest}.")
    todo = _("Look it up in the catalogue of clauses.")
    status = 404


class DayAhead(Refusal):
    """Nothing can be proven of a day that has not come."""

    code = "XD-PACK-003"
    what = _("{day} has not come yet.")
    todo = _("Choose today or an earlier day.")
    status = 422


class NothingKnownThen(Refusal):
    """The platform measured nothing yet on that day."""

    code = "XD-PACK-004"
    what = _("Nothing was measured up to {day}.")
    todo = _("Choose a later day; the first measurement was on {first}.")
    status = 422


class HistoryDiffers(Refusal):
    """The history does not give the posture that was sealed on that day."""

    code = "XD-PACK-005"
    what = _("The history of {day} does not give the posture that was sealed then.")
    todo = _("Run `xingdun verify`: the database was altered. Keep it as evidence.")
    clauses = ("MEASURES-22.4c",)
    status = 500
