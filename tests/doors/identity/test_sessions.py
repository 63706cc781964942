"""Sessions: how long they last, and who can see and end them."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hospital import PASSWORD
from xingdun.audit.models import Entry
from xingdun.doors.identity import caller, middleware
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
SIGN_IN, SESSIONS = reverse("account_login"), reverse("usersessions_list")


@pytest.fixture
def later(monkeypatch):
    """Let the platform's clock show a time so many seconds from now."""

    begun = timezone.now()

    def shift(seconds):
        moment = begun + timedelta(seconds=seconds)
        monkeypatch.setattr(middleware.timezone, "now", lambda: moment)

    return shift


def test_a_session_without_a_click_ends(hospital, later):
    client = hospital.client(Role.APPLICANT)
    assert client.get("/").status_code == 200
    later(settings.IDLE_SECONDS + 5)
    assert client.get("/").url.startswith(SIGN_IN)
    entry = Entry.objects.filter(action="account.sign_out").last()
    assert entry.details == {"why": "idle"}
    assert client.get("/").url.startswith(SIGN_IN)


def test_clicks_keep_a_session(hospital, later):
    client = hospital.client(Role.APPLICANT)
    for part in (0, 0.6, 1.2, 1.8):
        later(settings.IDLE_SECONDS * part)
        assert client.get("/").status_code == 200


def test_what_a_page_fetches_by_itself_is_no_click(hospital, later):
    client = hospital.client(Role.APPLICANT)
    client.get("/")
    for part in (0.4, 0.8):
        later(settings.IDLE_SECONDS * part)
        assert client.get("/", headers={caller.BACKGROUND: "1"}).status_code == 200
    later(settings.IDLE_SECONDS + 5)
    assert client.get("/").status_code == 302


def test_a_person_sees_and_ends_their_other_sessions(hospital):
    here, elsewhere = hospital.client(), hospital.client()
    for client in (here, elsewhere):
        client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    assert len(here.get(SESSIONS).context["sessions"]) == 2
    here.post(SESSIONS)
    assert elsewhere.get("/").url.startswith(SIGN_IN)
    assert here.get("/").status_code == 200
    assert UserSession.objects.count() == 1
    assert Entry.objects.filter(action="account.sign_out").last().details == {"why": "elsewhere"}


def test_the_session_cookie_is_out_of_reach_of_scripts(hospital):
    client = hospital.client()
    answer = client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["expires"] == "", "it ends with the browser"


def test_a_token_cannot_be_stolen_by_a_session_of_before(hospital):
    client = hospital.client()
    before = client.get(SIGN_IN).cookies.get("sessionid")
    client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    assert before is None or client.cookies["sessionid"].value != before.value


def test_behind_a_proxy_the_outermost_of_ours_is_believed(hospital, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = hospital.client(**{"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    assert Entry.objects.filter(action="account.sign_in").last().address == "10.1.2.3"


def test_without_a_proxy_nobody_chooses_their_address(hospital):
    client = hospital.client(**{"X-Forwarded-For": "6.6.6.6"})
    client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    assert Entry.objects.filter(action="account.sign_in").last().address == "127.0.0.1"


def test_what_has_ended_is_swept_away(hospital):
    from django.contrib.sessions.models import Session

    from xingdun.doors.identity.models import CachedValue
    from xingdun.doors.identity.tasks import sweep

    here, gone = hospital.client(), hospital.client()
    for client in (here, gone):
        client.post(SIGN_IN, {"login": "applicant", "password": PASSWORD})
    long_ago = timezone.now() - timedelta(days=1)
    Session.objects.filter(session_key=gone.cookies["sessionid"].value).update(expire_date=long_ago)
    CachedValue.objects.create(cache_key="old", value="", expires=long_ago)
    sweep()
    assert here.get("/").status_code == 200
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert not CachedValue.objects.filter(cache_key="old").exists()
