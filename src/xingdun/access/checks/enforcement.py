"""Whether enforcement is in place: sources that refuse by default, rows kept apart, rights that end with people."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.access import rules
from xingdun.access.models import Grant, Protection
from xingdun.data.checks.subjects import standing
from xingdun.data.models import Dataset, Source
from xingdun.frame.checks import Facts, Verdict, check, satisfied, unknown, violated
from xingdun.frame.security import institution_column, own_models
from xingdun.organisation.models import Appointment, Person, Token
from xingdun.organisation.selectors import in_force

_OPEN_TABLES = "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT relrowsecurity ORDER BY relname"


def tables_without_row_security() -> list[str]:
    """Tables of institutions' rows that the database would show to another institution's calls."""
    names = [model._meta.db_table for model in own_models() if institution_column(model)]  # noqa: SLF001 - Django's documented API
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TABLES, [names])
        return [name for (name,) in cursor.fetchall()]


@check("least-privilege", reads=("access.protection", "data.dataset", "data.source"))
def every_read_needs_a_window(facts: Facts) -> Iterator[Verdict]:
    """The source's own database refuses whoever has no window, and rows of institutions are kept apart.

    MEASURES-22.3f, INTERNET-9.1d.
    """
    shared = tables_without_row_security()
    protected = {each.source_id: each for each in Protection.objects.all()}
    sources = Source.objects.in_bulk()
    for dataset in standing(facts):
        if shared:
            told = format_lazy(_("row security is off: {tables}"), tables=", ".join(shared))
            yield violated([dataset], told, subject=dataset)
        else:
            yield _source_verdict(dataset, sources[dataset.source_id], protected.get(dataset.source_id), facts)


def _source_verdict(dataset: Dataset, source: Source, protection: Protection | None, facts: Facts) -> Verdict:
    if protection is None and source.kind != Source.Kind.POSTGRESQL:
        return unknown(_("who reads files is not governed by windows"), subject=dataset)
    if protection is None:
        return violated([source], _("its database is not protected"), subject=dataset)
    if protection.error_code:
        return violated([protection], protection.error_text or protection.error_code, subject=dataset)
    if protection.watched_at is None or facts.now - protection.watched_at > rules.seen_within():
        return violated([protection], _("the watch has not seen it lately"), subject=dataset)
    return satisfied([protection], subject=dataset)


def _told_by(pairs: Iterable[tuple[UUID, str]]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for person, record in pairs:
        found.setdefault(person, []).append(record)
    return found


@check(
    "personal-rights",
    reads=("organisation.person", "organisation.appointment", "organisation.token", "access.grant"),
)
def rights_are_fixed(facts: Facts) -> Iterator[Verdict]:
    """Whoever may sign in holds a role; whoever left or rests holds no token and no window.

    MEASURES-22.4a, INTERNET-8.4d, INTERNET-9.3c1.
    """
    keys = facts.keys("organisation.person")
    held = Appointment.objects.filter(in_force(facts.now))
    roles = _told_by((person, f"organisation.appointment:{key}") for person, key in held.values_list("person", "pk"))
    windows = Grant.objects.filter(closed_at__isnull=True, expires_at__gt=facts.now)
    tokens = Token.objects.filter(
        account__institution=facts.institution, revoked_at__isnull=True, expires_at__gt=facts.now
    ).annotate(person=F("account__person"))
    doors = _told_by(
        [
            *((person, f"access.grant:{key}") for person, key in windows.values_list("person", "pk")),
            *((person, f"organisation.token:{key}") for person, key in tokens.values_list("person", "pk")),
        ]
    )
    people = Person.objects.select_related("account").only("pk", "left_at", "account__is_active").order_by("pk")
    for person in people if keys is None else people.filter(pk__in=keys):
        signs_in = person.account is not None and person.account.is_active
        shut = person.left_at is not None or not signs_in
        if shut and (doors.get(person.pk) or (person.left_at and signs_in)):
            yield violated(doors.get(person.pk, [person]), _("has left or rests, and a door is open"), subject=person)
        elif person.left_at is not None:
            continue
        elif signs_in and not roles.get(person.pk):
            yield violated([person], _("may sign in, and nobody has fixed which rights"), subject=person)
        else:
            yield satisfied(roles.get(person.pk, [person]), subject=person)
