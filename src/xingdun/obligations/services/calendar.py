"""Taking a year's notice of public holidays, offline; what it moves is told in the ledger."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from xingdun.audit import services as audit
from xingdun.frame.calendar import recomputing
from xingdun.kernel.clocks import NoticeError, read_notice
from xingdun.obligations.errors import NoticeKnown, NoticeRefused
from xingdun.obligations.models import CalendarYear
from xingdun.obligations.services.posture import posture_measure
from xingdun.obligations.years import calendar_of
from xingdun.organisation.models import Person

MOST_NAMED = 500  # deadlines named in the ledger entry; all stand in the record


@transaction.atomic
def calendar_year_import(*, text: str, by: Person, now: datetime) -> CalendarYear:
    """Take a year's notice (the State Council's wording or the data form) and recompute every provisional deadline.

    The deadlines that domains keep are recomputed by what they declared (`frame.calendar`), those of the posture by
    measuring again; the ledger entry names what moved. A notice of a year known replaces it. Raises NoticeRefused,
    NoticeKnown; nothing is changed then.
    """
    institution = by.institution_id
    before = calendar_of(institution)
    try:
        notice = read_notice(text)
        after = before.with_notice(notice)
    except NoticeError as problem:
        raise NoticeRefused(problem=f"{problem.code} {problem.text.say(get_language() or 'en')}") from problem
    if notice in before.notices:
        raise NoticeKnown(year=notice.year)
    digest = hashlib.sha256(text.encode()).hexdigest()
    year, _ = CalendarYear.objects.update_or_create(
        institution_id=institution,
        year=notice.year,
        defaults={"text": text, "digest": digest, "by": by, "at": now, "moved": []},
    )
    moved: list[list[Any]] = [
        [each.clock, each.about, audit.moment(each.before), audit.moment(each.after)]
        for recompute in recomputing
        for each in recompute(before, after, now)
    ]
    measured = posture_measure(institution=institution, now=now, cause=year.reference)
    for change in measured.changes:
        old = change.before.due_at if change.before else None
        new = change.after.due_at
        if old and new and old != new:
            moved.append([change.after.duty, change.after.subject, audit.moment(old), audit.moment(new)])
    year.moved = moved
    year.save(update_fields=["moved"])
    audit.record(
        actor=by,
        action="calendar_year.import",
        about=year,
        now=now,
        details={"year": notice.year, "digest": digest, "moved": moved[:MOST_NAMED], "moved_in_all": len(moved)},
    )
    return year
