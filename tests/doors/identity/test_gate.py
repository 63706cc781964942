"""The gate: refusals explain themselves, streams keep their context, logs keep no personal data."""

import json
import logging
import sys

import pytest
from django.http import StreamingHttpResponse
from django.urls import path

from xingdun.audit.models import Entry
from xingdun.doors.console.pages import page, public
from xingdun.frame.context import current
from xingdun.frame.errors import NotFound
from xingdun.frame.roles import Role
from xingdun.organisation.models import Person
from xingdun.runtime.logs import JsonFormatter

pytestmark = pytest.mark.django_db


@public
def raises(request):
    raise NotFound


@page("console.account.view")
def streams(request):
    def rows():
        yield f"{current().institution}\n".encode()
        yield f"{Person.objects.count()}\n".encode()

    return StreamingHttpResponse(rows())


urlpatterns = [path("raises/", raises), path("api/raises/", raises), path("streams/", streams)]


@pytest.fixture
def own_views(settings):
    """The platform's addresses and these."""
    from xingdun.doors import urls

    here = sys.modules[__name__]
    here.urlpatterns = [*urlpatterns, *urls.urlpatterns]
    settings.ROOT_URLCONF = __name__


def test_a_refused_page_says_what_why_and_what_to_do(hospital):
    answer = hospital.client(Role.APPLICANT, **{"Accept-Language": "en"}).get("/console/organisation.appointment/")
    assert answer.status_code == 403
    body = answer.content.decode()
    for part in ("XD-FRAME-001", "MEASURES-22.4a", "organisation.appointment.view"):
        assert part in body
    (entry,) = Entry.objects.filter(outcome="denied")
    assert entry.details == {
        "permission": "organisation.appointment.view",
        "place": "GET /console/organisation.appointment/",
    }


def test_a_part_of_a_page_is_sent_to_sign_in_whole(hospital):
    answer = hospital.client(**{"HX-Request": "true"}).get("/console/organisation.person/")
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_a_refusal_inside_a_view_is_explained_to_people_and_programs(hospital, own_views):
    client = hospital.client(Role.DSO)
    assert client.get("/raises/").status_code == 404
    assert "XD-FRAME-002" in client.get("/raises/").content.decode()
    assert client.get("/api/raises/").json()["code"] == "XD-FRAME-002"


def test_what_streams_out_later_still_acts_in_its_institution(hospital, own_views):
    client = hospital.client(Role.DSO)
    first, second = b"".join(client.get("/streams/")).decode().split()
    assert first == str(hospital.institution.pk)
    assert int(second) == len(Role)


def test_someone_of_another_institution_acts_in_their_own(hospital):
    """The test's own context is the first hospital; the call's is the caller's."""
    client = hospital.other.client(Role.DSO)
    names = [item["label"] for item in client.get("/api/v1/organisation.person/").json()["items"]]
    assert names
    assert all(name.startswith("other-") for name in names)
    assert not any(person.name.startswith("other-") for person in Person.objects.all())


def test_pages_of_someone_signed_in_are_kept_by_nobody(hospital):
    assert "no-store" in hospital.client(Role.DSO).get("/").headers["Cache-Control"]


def test_logs_name_nobody():
    formatter = JsonFormatter()
    try:
        int("身份证 110101199003070000")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "row %s", ("张三",), sys.exc_info())
    record.person = "organisation.person:1"
    written = formatter.format(record)
    told = json.loads(written)
    assert told["event"] == "row %s"
    assert told["exception"] == "ValueError"
    assert told["person"] == "organisation.person:1"
    assert "test_gate.py" in told["places"][0]
    for secret in ("张三", "110101"):
        assert secret not in written


def test_a_message_with_a_whole_exception_in_it_is_cut_to_its_first_line():
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed\nValueError: 110101199003070000", (), None)
    assert json.loads(JsonFormatter().format(record))["event"] == "it failed"


def test_a_refused_page_is_told_by_status_and_pattern_alone(hospital, caplog):
    caplog.set_level(logging.WARNING, "django.request")
    hospital.client(Role.APPLICANT).get("/console/organisation.person/张三/?id=110101199003070000")
    (record,) = [each for each in caplog.records if each.name == "django.request"]
    written = JsonFormatter().format(record)
    assert json.loads(written)["status"] == "403"
    for secret in ("张三", "110101", "%E5%BC%A0"):
        assert secret not in written


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("http://testserver/console/data.scan/", True),
        ("http://testserver//other.example/", True),
        ("http://other.example/console/", False),
        ("javascript:alert(1)", False),
        ("//other.example/", False),
    ],
)
def test_a_refusal_leads_back_within_the_platform_alone(hospital, before, shown):
    answer = hospital.client(Role.APPLICANT, referer=before).get("/console/organisation.appointment/")
    assert (f'href="{before}"' in answer.content.decode()) == shown
    assert 'href="//' not in answer.content.decode()
