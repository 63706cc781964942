"""docs/adding-a-register.md and docs/adding-a-duty.md are followed by every register and every check there is."""

import inspect
import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import translation

import xingdun
from xingdun.doors.console import urls as console
from xingdun.frame.checks import Facts, Outcome, checks
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.registers import registers
from xingdun.frame.security import institution_column

PACKAGE = Path(xingdun.__file__).parent
CLAUSES = frozenset((Path(__file__).with_name("clauses.txt")).read_text(encoding="utf-8").split())
_CLAUSE = re.compile(r"\b(?:MEASURES|INTERNET|DIGITAL|NOTE|NEWS)-[0-9][0-9A-Za-z.]*")
# What every institution may see alike: signed states of the one tree.
SHARED = {"audit.checkpoint"}

for found in sorted([*PACKAGE.glob("*/checks.py"), *PACKAGE.glob("*/checks/__init__.py")]):
    domain = found.relative_to(PACKAGE).parts[0]
    if domain != "frame":
        import_module(f"xingdun.{domain}.checks")

every_register = pytest.mark.parametrize("register", registers.values(), ids=registers)


@every_register
def test_its_rows_are_kept_apart_by_the_database(register):
    assert register.key in SHARED or institution_column(register.model)


@every_register
def test_its_rows_come_from_a_selector_of_its_domain(register):
    domain = register.key.partition(".")[0]
    assert register.rows.__module__.startswith(f"xingdun.{domain}.")


@every_register
def test_each_action_is_a_service_that_takes_its_arguments_by_name(register):
    for action in register.actions:
        parameters = inspect.signature(action.service).parameters
        assert ".services" in action.service.__module__, action.key
        assert {"by", "now"} <= parameters.keys(), action.key
        assert all(each.kind is not each.POSITIONAL_OR_KEYWORD for each in parameters.values()), action.key
        if action.on == "record":
            assert register.model._meta.model_name in parameters, action.key


@every_register
def test_its_rights_stand_in_the_one_table(register):
    assert f"{register.key}.view" in PERMISSIONS
    for action in register.actions:
        assert f"{register.key}.{action.key}" in PERMISSIONS


@every_register
def test_its_words_are_there_in_both_languages(register):
    words = [register.title, register.question, register.empty, *(each.label for each in register.actions)]
    with translation.override("en"):
        english = [str(each) for each in words]
    with translation.override("zh-hans"):
        chinese = [str(each) for each in words]
    assert all(english)
    assert [one for one, other in zip(english, chinese, strict=True) if one == other] == []


def test_every_right_belongs_to_something_that_is_there():
    """A line of the table that no register, page or operation uses is a right nobody can explain."""
    told = {key.rpartition(".")[0] for key in PERMISSIONS}
    own = {"console.overview", "console.settings", "console.account", "organisation.token"}
    pages = {str(getattr(each.callback, "permission", "")).rpartition(".")[0] for each in console.urlpatterns}
    assert told - own <= set(registers) | pages


@pytest.mark.parametrize("duty", checks)
def test_every_check_names_its_clause(duty):
    named = [each.rstrip(".") for each in _CLAUSE.findall(checks[duty].measure.__doc__ or "")]
    assert named, f"{duty}: its docstring names no clause"
    assert all(map(exists, named))


@pytest.mark.django_db
def test_every_check_measures_an_institution_where_nothing_is_wrong(hospital):
    for duty, check in checks.items():
        for verdict in check(Facts(hospital.institution.pk, datetime.now(UTC))):
            assert verdict.outcome in Outcome, duty
            assert verdict.outcome is not Outcome.VIOLATED or verdict.evidence or verdict.detail, duty


def exists(named):
    """A clause, or a section that has clauses."""
    return any(re.match(rf"{re.escape(named)}(?![0-9])", clause) for clause in CLAUSES)


def test_every_clause_named_anywhere_exists():
    wrong = []
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".toml") and "migrations" not in path.parts:
            named = {each.rstrip(".") for each in _CLAUSE.findall(path.read_text(encoding="utf-8"))}
            wrong += [f"{path.name}: {each}" for each in named if not exists(each)]
    assert wrong == []
