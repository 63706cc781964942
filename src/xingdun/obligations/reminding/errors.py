"""What calendars refuse."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class FeedNotYours(Refusal):
    """A calendar's address is its owner's."""

    code = "XD-CALENDAR-001"
    what = _("This calendar address is somebody else's.")
    todo = _("Open your own calendar addresses.")
    status = 403
