"""Files that the register of networks hands out."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xingdun.assets.importing import template
from xingdun.frame.registers import File
from xingdun.organisation.models import Department, Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_template(*, record: Any, by: Person, now: datetime) -> File:
    """The empty workbook from which networks are imported, with the institution's departments to choose from."""
    del record, now
    names = Department.objects.filter(institution=by.institution_id).order_by("name").values_list("name", flat=True)
    return File(f"{_('networks')}.xlsx", XLSX, template(names, language=get_language() or "zh"))
