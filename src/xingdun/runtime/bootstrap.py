"""The first people who may sign in, and where their one-time passwords are kept."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xingdun.frame.roles import Role
from xingdun.runtime.language import marked as _
from xingdun.runtime.language import translate

SIGN_IN_FILE = "first-sign-in.txt"

# Three administrators in three pairs of hands (MEASURES-5f), and nothing else: they appoint the rest.
NEW_INSTITUTION = {"name": "新机构", "english_name": "New institution"}
NEW_DEPARTMENTS = ({"code": "IT", "name": "信息中心", "english_name": "Information centre"},)
NEW_PEOPLE = (
    {"name": "安全管理员", "staff_number": "0001", "login": "security", "roles": [Role.SECURITY_ADMIN]},
    {"name": "系统管理员", "staff_number": "0002", "login": "system", "roles": [Role.SYSTEM_ADMIN]},
    {"name": "审计员", "staff_number": "0003", "login": "auditor", "roles": [Role.AUDITOR]},
)


def first_people(data: Path, *, sample: bool) -> Path | None:
    """Found the first institution and its people, unless there is one; with `sample`, the synthetic hospital.

    Returns the file (mode 0600) that holds the one-time passwords, or None when nothing was to do.
    """
    from django.db import transaction

    from xingdun.organisation import services

    founding = _sample_founding() if sample else _new_founding()
    file = data / SIGN_IN_FILE
    with transaction.atomic():
        made = services.bootstrap(**founding, now=datetime.now(UTC))
        if not made:
            return None
        _keep(file, made)  # before the commit: people without their passwords could never sign in
    return file


def _new_founding() -> dict[str, Any]:
    people = [{"department": "IT", **person} for person in NEW_PEOPLE]
    return {"profile": dict(NEW_INSTITUTION), "departments": map(dict, NEW_DEPARTMENTS), "people": people}


def _sample_founding() -> dict[str, Any]:
    """The synthetic hospital, with an account for each role that the main job needs."""
    from xingdun.sample import hospital

    return {
        "profile": asdict(hospital.PROFILE),
        "departments": [{"code": each.code, "name": each.zh, "english_name": each.en} for each in hospital.DEPARTMENTS],
        "people": [
            {
                "name": account.zh,
                "staff_number": f"{number:04}",
                "login": account.login,
                "department": account.department,
                "roles": [(account.role, account.department) if account.role == Role.DEPARTMENT_HEAD else account.role],
            }
            for number, account in enumerate(hospital.ACCOUNTS, start=1)
        ],
    }


def _keep(file: Path, made: Sequence[dict[str, Any]]) -> None:
    lines = [
        translate(_("One-time passwords: each works once, then a new one must be chosen. Delete this file after.")),
        "",
        *(f"{one['login']:<14} {one['password']}   {one['roles']}" for one in made),
    ]
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write("\n".join(lines) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
