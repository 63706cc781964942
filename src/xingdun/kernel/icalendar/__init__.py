"""Writing calendars in the iCalendar format (RFC 5545), for programs that subscribe to them."""

from xingdun.kernel.icalendar.writer import Event, written

__all__ = ["Event", "written"]
