"""Signing in: what opens the door, what does not, and what the ledger keeps of it."""

import pytest
from django.urls import reverse

from hospital import PASSWORD, one_time_code
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.organisation import services

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("account_login")
CHANGE = reverse("account_change_password")


def sign_in(client, login, password=PASSWORD):
    return client.post(SIGN_IN, {"login": login, "password": password})


def told(action="account.sign_in"):
    return list(Entry.objects.filter(action=action).order_by("id"))


def test_nobody_sees_a_page_before_signing_in(hospital):
    answer = hospital.client().get("/")
    assert answer.status_code == 302
    assert answer.url == f"{SIGN_IN}?next=/"


def test_the_right_password_opens_the_overview(hospital):
    client = hospital.client()
    answer = sign_in(client, "applicant")
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    (entry,) = told()
    assert (entry.outcome, entry.details, entry.address) == ("done", {"method": "password"}, "127.0.0.1")
    assert entry.about == f"organisation.account:{hospital.applicant.account_id}"


def test_the_login_is_the_same_in_any_case(hospital):
    assert sign_in(hospital.client(), "APPLICANT").status_code == 302


def test_a_wrong_password_is_told_without_the_name(hospital):
    answer = sign_in(hospital.client(), "applicant", "wrong")
    assert answer.status_code == 200
    (entry,) = told()
    assert entry.outcome == "denied"
    assert entry.details == {"login": services.login_digest("Applicant"), "why": "password"}
    assert entry.institution_id == hospital.institution.pk


def test_a_name_nobody_holds_looks_like_a_wrong_password(hospital):
    known, unknown = sign_in(hospital.client(), "applicant", "wrong"), sign_in(hospital.client(), "nobody", "wrong")
    assert known.context["form"].errors == unknown.context["form"].errors
    assert told()[-1].about == "system:sign-in"


def test_after_five_failures_the_name_is_locked_even_for_the_right_password(hospital, monkeypatch):
    monkeypatch.setattr("xingdun.doors.identity.adapters.TOLD_SECONDS", 3600)  # however slow the machine
    for _ in range(5):
        sign_in(hospital.client(), "applicant", "wrong")
    answer = sign_in(hospital.client(), "applicant")
    assert answer.status_code == 200
    assert [entry.details["why"] for entry in told()] == ["password"] * 5 + ["locked"]
    sign_in(hospital.client(), "applicant")
    assert len(told()) == 6, "a locked name is told once in a while"
    assert sign_in(hospital.client(), "legal").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_lock_holds_over_web_processes(hospital):
    """Another process shares nothing with this one but the database."""
    import subprocess
    import sys

    from django.db import connection

    for _ in range(5):
        sign_in(hospital.client(), "applicant", "wrong")
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        f"answer = Client().post({SIGN_IN!r}, {{'login': 'applicant', 'password': {PASSWORD!r}}})\n"
        "print('status', answer.status_code)\n"
    )
    import os

    url = os.environ["XINGDUN_DATABASE_URL"].replace("/xingdun?", f"/{connection.settings_dict['NAME']}?")
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "XINGDUN_DATABASE_URL": url, "XINGDUN_ALLOWED_HOSTS": "testserver"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith("status 200")


def test_a_one_time_password_opens_nothing_but_its_replacement(hospital):
    made = services.person_reset_password(person=hospital.applicant, by=hospital.system_admin, now=hospital.now)
    client = hospital.client()
    sign_in(client, "applicant", made["password"])
    assert client.get("/").url == CHANGE
    assert client.get("/api/v1/organisation.department/").json()["code"] == "XD-IDENTITY-001"
    assert client.get(CHANGE).status_code == 200
    new = "a long enough sentence 42"
    answer = client.post(CHANGE, {"oldpassword": made["password"], "password1": new, "password2": new})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200
    assert told("account.change_password")
    assert sign_in(hospital.client(), "applicant", made["password"]).status_code == 200
    assert sign_in(hospital.client(), "applicant", new).status_code == 302


def test_short_and_common_passwords_are_refused(hospital):
    client = hospital.client()
    sign_in(client, "applicant")
    for weak in ("short", "startfinding", "123456789012", "applicant1234"):
        answer = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
        assert answer.status_code == 200, weak


def test_whoever_left_is_out_at_the_next_click(hospital):
    client = hospital.client()
    sign_in(client, "applicant")
    assert client.get("/").status_code == 200
    services.person_leave(person=hospital.applicant, by=hospital.system_admin, now=hospital.now)
    assert client.get("/").url.startswith(SIGN_IN)
    assert sign_in(hospital.client(), "applicant").url == reverse("account_inactive")


def test_a_deactivated_account_is_out_at_the_next_click(hospital):
    client = hospital.client(Role.APPLICANT)
    assert client.get("/").status_code == 200
    type(hospital.applicant.account).objects.filter(pk=hospital.applicant.account_id).update(is_active=False)
    assert client.get("/").url.startswith(SIGN_IN)


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "email/", "3rdparty/signup/"])
def test_there_is_no_sign_up_and_no_reset_by_mail(hospital, path):
    assert hospital.client().get(f"/accounts/{path}").status_code == 404


def test_signing_out_is_told(hospital):
    client = hospital.client()
    sign_in(client, "applicant")
    client.post(reverse("account_logout"))
    assert told("account.sign_out")[-1].details == {"why": "asked"}
    assert client.get("/").url.startswith(SIGN_IN)


def test_an_administrator_proves_themselves_in_two_ways(hospital):
    client = hospital.client()
    assert sign_in(client, "dso").url == reverse("mfa_authenticate")
    assert client.get("/").url.startswith(SIGN_IN), "the password alone opens nothing"
    answer = client.post(reverse("mfa_authenticate"), {"code": one_time_code()})
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    assert told()[-1].details == {"method": "password, totp"}
