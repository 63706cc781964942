"""`xingdun grant` on the machine itself: what is open, and an end to it."""

import json

import pytest
from click.testing import CliRunner

from xingdun.access import services
from xingdun.access.models import Grant
from xingdun.audit.models import Entry
from xingdun.doors.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(ask, approve, hospital):
    return services.grant_open(request=approve(ask(("patient", "姓名"))), by=hospital.applicant, now=hospital.now)


@pytest.fixture
def xingdun():
    return lambda *words: CliRunner().invoke(main, ["grant", *words])


def closed(opened):
    return Grant.objects.get(pk=opened["grant"].pk).closed_at is not None


def test_open_windows_are_listed_and_a_revoked_one_is_not(opened, xingdun, hospital):
    listed = json.loads(xingdun("list", "--format", "json").stdout)
    assert [each["login"] for each in listed] == [opened["login"]]
    assert listed[0]["person"] == hospital.applicant.name
    assert xingdun("list").stdout.startswith(opened["login"])
    done = xingdun("revoke", opened["login"], "--reason", "项目终止")
    assert done.exit_code == 0, done.output
    assert closed(opened)
    assert xingdun("list").stdout == ""
    assert "revoked" in xingdun("list", "--all").stdout


@pytest.mark.parametrize(("login", "actor"), [(None, "system:cli"), ("dso", "dso")])
def test_the_ledger_names_who_revoked(opened, xingdun, hospital, login, actor):
    xingdun("revoke", opened["login"], "--reason", "项目终止", *(["--as", login] if login else []))
    entry = Entry.objects.get(action="grant.close")
    assert entry.actor == (hospital.dso.reference if login else actor)
    assert "项目终止" not in entry.content


def test_a_role_that_may_not_close_windows_is_refused(opened, xingdun):
    done = xingdun("revoke", opened["login"], "--reason", "x", "--as", "applicant")
    assert "XD-FRAME-001" in done.output
    assert not closed(opened)


@pytest.mark.parametrize("words", [("revoke", "nobody", "--reason", "x"), ("revoke", "nobody")])
def test_what_is_not_there_or_not_said_is_refused(opened, xingdun, words):
    done = xingdun(*words)
    assert done.exit_code != 0
    assert not closed(opened)


def test_a_window_is_revoked_once(opened, xingdun):
    xingdun("revoke", opened["login"], "--reason", "x")
    again = xingdun("revoke", opened["login"], "--reason", "x")
    assert again.exit_code == 1
    assert "XD-ACCESS-009" in again.output
