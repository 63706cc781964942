"""Second factors: who must have one, how it is set up, and how it is kept."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse

from hospital import PASSWORD, SECOND_FACTOR_SECRET, one_time_code
from xingdun.audit.models import Entry
from xingdun.frame.roles import Role
from xingdun.organisation import services

pytestmark = pytest.mark.django_db
SIGN_IN, INDEX, CHANGE = reverse("account_login"), reverse("mfa_index"), reverse("account_change_password")
AUTHENTICATE, ACTIVATE = reverse("mfa_authenticate"), reverse("mfa_activate_totp")
NEW = "a long enough sentence 42"


def sign_in(client, login, password=PASSWORD):
    return client.post(SIGN_IN, {"login": login, "password": password})


def prove(client, password=PASSWORD):
    """Second factors are changed by whoever gives the password once more."""
    assert client.post(reverse("account_reauthenticate"), {"password": password}).status_code == 302


@pytest.fixture
def new_auditor(hospital):
    """A second auditor without a second factor yet."""
    return hospital.person("auditor-two", Role.AUDITOR)


def test_an_administrator_without_one_is_led_to_it(hospital, new_auditor):
    client = hospital.client()
    sign_in(client, "auditor-two")
    assert client.get("/").url == INDEX
    assert client.get(INDEX).status_code == 200
    assert client.get("/api/v1/audit.entry/").json()["code"] == "XD-IDENTITY-002"


def test_in_the_first_session_it_may_wait(hospital, new_auditor):
    made = services.person_reset_password(person=new_auditor, by=hospital.system_admin, now=hospital.now)
    client = hospital.client()
    sign_in(client, "auditor-two", made["password"])
    answer = client.post(CHANGE, {"oldpassword": made["password"], "password1": NEW, "password2": NEW})
    assert answer.url == INDEX, "they are led to it"
    page = client.get(INDEX)
    assert page.context["second_factor"] == {"missing": True, "due": False}
    assert client.get("/").status_code == 200
    second = hospital.client()
    sign_in(second, "auditor-two", NEW)
    assert second.get("/").url == INDEX
    assert second.get(INDEX).context["second_factor"] == {"missing": True, "due": True}


def test_it_may_be_optional(hospital, new_auditor, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = hospital.client()
    sign_in(client, "auditor-two")
    assert client.get("/").status_code == 200


def test_an_authenticator_app_is_set_up_and_kept_sealed(hospital, new_auditor):
    client = hospital.client()
    sign_in(client, "auditor-two")
    assert client.get(ACTIVATE).url.startswith(reverse("account_reauthenticate"))
    prove(client)
    page = client.get(ACTIVATE)
    secret = re.search(r'value="([A-Z2-7]{32})"', page.content.decode()).group(1)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(ACTIVATE, {"code": code}).status_code == 302
    assert client.get("/").status_code == 200
    kept = Authenticator.objects.get(user=new_auditor.account, type="totp").data["secret"]
    assert secret not in kept
    assert {"change": "added", "kind": "totp"} in [
        entry.details for entry in Entry.objects.filter(action="account.second_factor")
    ]


def test_a_code_opens_once(hospital):
    code = one_time_code()
    for expected in (302, 200):
        client = hospital.client()
        sign_in(client, "dso")
        assert client.post(AUTHENTICATE, {"code": code}).status_code == expected


def test_guessing_codes_is_stopped_and_told(hospital):
    client = hospital.client()
    sign_in(client, "dso")
    for _ in range(7):
        client.post(AUTHENTICATE, {"code": "000000"})
    assert client.post(AUTHENTICATE, {"code": one_time_code()}).status_code == 200
    failures = Entry.objects.filter(action="account.sign_in", outcome="denied", details__why="second factor")
    assert failures.count() >= 5


def test_the_last_factor_of_an_administrator_stays(hospital):
    client = hospital.client()
    sign_in(client, "dso")
    client.post(AUTHENTICATE, {"code": one_time_code()})
    prove(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=hospital.dso.account, type="totp").exists()


def test_recovery_codes_open_when_the_phone_is_lost(hospital):
    client = hospital.client()
    sign_in(client, "dso")
    client.post(AUTHENTICATE, {"code": one_time_code()})
    prove(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    for expected in (302, 200):
        lost = hospital.client()
        sign_in(lost, "dso")
        assert lost.post(AUTHENTICATE, {"code": codes[0]}).status_code == expected, "each opens once"


def test_security_keys_can_be_added(hospital, new_auditor):
    client = hospital.client()
    sign_in(client, "auditor-two")
    prove(client)
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert page.context["js_data"]["creation_options"]["publicKey"]["challenge"]


def test_the_test_secret_is_not_in_the_database(hospital):
    assert SECOND_FACTOR_SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))
