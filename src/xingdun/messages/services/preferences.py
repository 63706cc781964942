"""How a person wants to be told."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from xingdun.audit import services as audit
from xingdun.messages.errors import MustBeTold
from xingdun.messages.kinds import kind_of
from xingdun.messages.models import MailAddress, Preference
from xingdun.organisation.models import Person


@transaction.atomic
def preference_set(
    *,
    by: Person,
    now: datetime,
    mail: str = "",
    at_once: Iterable[str] = (),
    digest: Iterable[str] = (),
    never: Iterable[str] = (),
) -> None:
    """Say where one reads mail, and which kinds come at once, with the digest, or not at all; in place of before.

    A kind that is not named follows the quiet default. Raises KindUnknown, MustBeTold.
    """
    chosen: dict[str, str] = {}
    for mode, keys in (
        (Preference.Mode.NEVER, never),
        (Preference.Mode.DIGEST, digest),
        (Preference.Mode.AT_ONCE, at_once),
    ):
        chosen |= {kind_of(key).key: mode.value for key in keys}
    for key, chose in chosen.items():
        if chose == Preference.Mode.NEVER and kind_of(key).urgent:
            raise MustBeTold(kind=kind_of(key).title)
    Preference.objects.filter(person=by).delete()
    Preference.objects.bulk_create(
        Preference(institution_id=by.institution_id, person=by, kind=key, mode=chose) for key, chose in chosen.items()
    )
    MailAddress.objects.filter(person=by).delete()
    if mail:
        MailAddress.objects.create(institution_id=by.institution_id, person=by, address=mail)
    audit.record(actor=by, action="preference.set", about=by, now=now, details={"modes": chosen, "mail": bool(mail)})
