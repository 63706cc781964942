"""Taking networks over from a workbook: all of its rows, or none."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xingdun.assets.errors import ImportRefused
from xingdun.assets.importing import read_rows
from xingdun.assets.importing.rows import Read
from xingdun.assets.models import Network
from xingdun.assets.services.networks import network_made, told
from xingdun.audit import services as audit
from xingdun.organisation.models import Department, Person

AT_ONCE = 1000  # rows a statement


def _departments(institution: Any) -> dict[str, Department]:
    """The institution's departments by code and by every name."""
    found: dict[str, Department] = {}
    for department in Department.objects.filter(institution=institution):
        for name in (department.name, department.english_name, department.code):
            if name:
                found[name.casefold()] = department
    return found


def _check(found: Read, institution: Any, now: datetime) -> None:
    """What only the register and the day can tell: codes taken, dates ahead, nothing at all."""
    rows = {row.given["code"]: row for row in found.rows if "code" in row.given}
    codes = list(rows)
    taken: set[str] = set()
    for start in range(0, len(codes), AT_ONCE):
        known = Network.objects.filter(institution=institution, code__in=codes[start : start + AT_ONCE])
        taken |= set(known.values_list("code", flat=True))
    for code in codes:
        if code in taken:
            problem = _("the code %(code)s names a network of the register already") % {"code": code}
            found.errors.append({"field": _("row %(row)d") % {"row": rows[code].number}, "problem": problem})
    today = timezone.localdate(now)
    for row in found.rows:
        since = row.given.get("in_operation_since")
        if since is not None and since > today:
            problem = _("in operation since a day that is still to come (%(day)s)") % {"day": since}
            found.errors.append({"field": _("row %(row)d") % {"row": row.number}, "problem": problem})
    if not found.rows and not found.errors:
        found.errors.append({"field": _("row %(row)d") % {"row": 2}, "problem": _("there is no row to take over")})


@transaction.atomic
def networks_import(*, file: Any, by: Person, now: datetime) -> dict[str, int]:
    """Take over every row of a workbook made from the template, or none of them.

    file: a binary file open for reading, .xlsx, 50,000 rows at most. Says how many networks were entered. Raises
    WorkbookUnreadable, WrongColumns, and ImportRefused with every fault located in `errors`. Source: MEASURES-6.1b.
    """
    found = read_rows(file, _departments(by.institution_id))
    _check(found, by.institution_id, now)
    if found.errors:
        raise ImportRefused.of(found.errors)
    networks = [network_made(institution=by.institution_id, now=now, **row.given) for row in found.rows]
    Network.objects.bulk_create(networks, batch_size=AT_ONCE)
    source = f"sha256:{_digest(file)}"
    details = {"file": source, "networks": len(networks)}
    audit.record(actor=by, action="network.import", about="assets.network", now=now, details=details)
    for network in networks:
        audit.record(
            actor=by, action="network.create", about=network, now=now, details=told(network) | {"from": source}
        )
    return {"networks": len(networks)}


def _digest(file: Any) -> str:
    whole = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        whole.update(chunk)
    return whole.hexdigest()
