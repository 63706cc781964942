"""Taking networks over from a workbook: all of its rows, or none."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction
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
    _enter(networks)
    source = f"sha256:{_digest(file)}"
    details = {"file": source, "networks": len(networks)}
    audit.record(actor=by, action="network.import", about="assets.network", now=now, details=details)
    entries = ((network, told(network) | {"from": source}) for network in networks)
    audit.record_each(actor=by, action="network.create", about=entries, now=now)
    return {"networks": len(networks)}


def _enter(networks: list[Network]) -> None:
    """Write new networks, each batch as one JSON text: the driver would take each value by itself, in Python."""
    fields = Network._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = (
        f"INSERT INTO assets_network ({columns}) "  # noqa: S608 - the model's own columns
        f"SELECT {columns} FROM json_populate_recordset(NULL::assets_network, %s::json)"
    )
    for start in range(0, len(networks), AT_ONCE):
        some = networks[start : start + AT_ONCE]
        rows = [{field.column: field.value_from_object(each) for field in fields} for each in some]
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(rows, default=str)])


def _digest(file: Any) -> str:
    whole = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        whole.update(chunk)
    return whole.hexdigest()
