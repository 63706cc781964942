"""The institution's zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from xingdun.kernel.clocks.errors import NaiveTimeError

ZONE = ZoneInfo("Asia/Shanghai")


def local(moment: datetime) -> datetime:
    """`moment` in Asia/Shanghai. Raises NaiveTimeError when it has no zone, so that none is guessed."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveTimeError(moment=moment.isoformat())
    return moment.astimezone(ZONE)


def day_start(day: date) -> datetime:
    """The first moment of `day`."""
    return datetime.combine(day, time.min, ZONE)


def day_end(day: date) -> datetime:
    """The last moment of `day` that a datetime can say; written 24:00 (Civil Code, article 203)."""
    return datetime.combine(day, time.max, ZONE)
