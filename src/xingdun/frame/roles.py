"""The roles people hold. The three administrators' roles exclude each other (MEASURES-5f, INTERNET-10.2b)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be appointed to; rights follow from `frame.permissions`."""

    DSO = "dso", _("data security officer")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    AUDITOR = "auditor", _("auditor")
    DEPARTMENT_HEAD = "department_head", _("department head")
    APPLICANT = "applicant", _("clinician or researcher")
    KEY_HOLDER = "key_holder", _("key holder")
    LEGAL = "legal", _("legal")
    HEAD = "head", _("head of institution")
    VENDOR = "vendor", _("third-party vendor")
    REGULATOR = "regulator", _("regulator")


SEPARATED = (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)
"""No person holds two of these at one time (三员分立)."""
