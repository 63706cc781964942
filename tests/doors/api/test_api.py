"""The API: what programs get, page by page, and how it refuses."""

import json

import pytest
from openapi_spec_validator import validate

from xingdun.audit.models import Entry
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role
from xingdun.organisation import services
from xingdun.organisation.models import Department

pytestmark = pytest.mark.django_db
DEPARTMENTS, PEOPLE = "/api/v1/organisation.department/", "/api/v1/organisation.person/"
TOKENS = "/api/v1/organisation.token/"


def send(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def problem(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == answer.status_code
    assert found["type"] == f"urn:xingdun:error:{found['code']}"
    return found


@pytest.fixture
def token(hospital):
    def make(who, *scopes, days=1):
        made = services.token_create(name="t", scopes=scopes, days=days, by=who, now=hospital.now)
        return {"headers": {"Authorization": f"Bearer {made['token']}"}}, made["token_record"]

    return make


def test_the_document_is_valid_openapi(hospital):
    document = hospital.client().get("/api/openapi.json").json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert DEPARTMENTS in document["paths"]
    assert set(document["components"]["securitySchemes"]) == {"Session", "Token"}


def test_every_register_and_action_is_an_operation(hospital):
    paths = hospital.client().get("/api/openapi.json").json()["paths"]
    for key, register in registers.items():
        assert "get" in paths[f"/api/v1/{key}/"]
        assert "get" in paths[f"/api/v1/{key}/{{pk}}"]
        for action in register.actions:
            where = "-" if action.on == "list" else "{pk}"
            assert "post" in paths[f"/api/v1/{key}/{where}/{action.key}"]
        for download in register.downloads:
            where = "-" if download.on == "list" else "{pk}"
            assert "get" in paths[f"/api/v1/{key}/{where}/{download.key}"]


def test_a_list_comes_in_pages_that_miss_nothing_and_repeat_nothing(hospital):
    client = hospital.client(Role.DSO)
    for sort in ("", "name", "-name", "parent,-code"):
        seen, cursor = [], ""
        for _ in range(10):
            page = client.get(DEPARTMENTS, {"limit": 2, "sort": sort, "cursor": cursor}).json()
            seen += [item["id"] for item in page["items"]]
            if page["next"] is None:
                break
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == Department.objects.count(), sort


def test_rows_added_between_pages_shift_nothing(hospital):
    client = hospital.client(Role.DSO)
    first = client.get(DEPARTMENTS, {"limit": 2, "sort": "code"}).json()
    services.department_create(code="AAA", name="早来的", by=hospital.system_admin, now=hospital.now)
    second = client.get(DEPARTMENTS, {"limit": 2, "sort": "code", "cursor": first["next"]}).json()
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in second["items"]}


def test_a_record_says_what_may_be_done_to_it(hospital):
    record = hospital.departments["MED"]
    answer = hospital.client(Role.SYSTEM_ADMIN).get(f"{DEPARTMENTS}{record.pk}").json()
    assert answer["reference"] == record.reference
    assert "update" in answer["actions"]
    assert hospital.client(Role.APPLICANT).get(f"{DEPARTMENTS}{record.pk}").json()["actions"] == []


def test_an_action_does_its_service_and_its_entry(hospital):
    client = hospital.client(Role.SYSTEM_ADMIN)
    made = send(client, f"{DEPARTMENTS}-/create", {"code": "ICU", "name": "重症医学科"})
    assert made.status_code == 200, made.content
    assert Department.objects.filter(code="ICU").exists()
    assert Entry.objects.last().action == "department.create"


def test_fields_that_are_not_sent_stay_as_they_are(hospital):
    record = hospital.departments["MED"]
    client = hospital.client(Role.SYSTEM_ADMIN)
    assert send(client, f"{DEPARTMENTS}{record.pk}/update", {"english_name": "Medical affairs"}).status_code == 200
    record.refresh_from_db()
    assert (record.name, record.english_name) == ("医务处", "Medical affairs")


def test_bad_values_are_named_one_by_one_and_write_nothing(hospital):
    client = hospital.client(Role.SYSTEM_ADMIN)
    found = problem(send(client, f"{DEPARTMENTS}-/create", {"name": "", "colour": "red"}))
    assert found["code"] == "XD-FRAME-003"
    assert {error["field"] for error in found["errors"]} >= {"code", "name", "colour"}
    assert not Entry.objects.filter(action="department.create").exists()


@pytest.mark.parametrize("body", ["[1]", "{", '"a"', "\xff", "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(hospital, body):
    client = hospital.client(Role.SYSTEM_ADMIN)
    answer = client.post(f"{DEPARTMENTS}-/create", body.encode("latin-1"), content_type="application/json")
    assert problem(answer)["code"] == "XD-API-003"


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "x"},
        {"cursor": "x"},
        {"cursor": "W10"},
        {"cursor": "W1siY29kZSIsInBrIl0sWyJhIiwiYiJdXQ"},
        {"nmae": "x"},
    ],
)
def test_a_query_nobody_can_read_is_refused(hospital, query):
    found = problem(hospital.client(Role.DSO).get(DEPARTMENTS, query))
    assert (found["status"], found["code"]) == (422, "XD-FRAME-003")


def test_a_record_of_another_institution_is_not_there(hospital):
    theirs = hospital.other.departments["MED"]
    for key in (theirs.pk, "nonsense", "00000000-0000-0000-0000-000000000000"):
        found = problem(hospital.client(Role.DSO).get(f"{DEPARTMENTS}{key}"))
        assert found["code"] == "XD-FRAME-002"


def test_an_address_that_is_not_there_is_a_problem_too(hospital):
    assert problem(hospital.client(Role.DSO).get("/api/v1/nothing/"))["status"] == 404
    assert problem(hospital.client(Role.DSO).delete(DEPARTMENTS))["code"] == "XD-API-001"


def test_nobody_is_told_to_sign_in(hospital):
    answer = hospital.client().get(DEPARTMENTS)
    assert problem(answer)["code"] == "XD-FRAME-004"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_role_without_the_permission_is_refused_and_told_once_a_minute(hospital):
    client = hospital.client(Role.APPLICANT)
    for _ in range(3):
        found = problem(send(client, f"{DEPARTMENTS}-/create", {"code": "X", "name": "X"}))
        assert found["code"] == "XD-FRAME-001"
        assert found["clauses"]
    (entry,) = Entry.objects.filter(outcome="denied")
    assert entry.details["permission"] == "organisation.department.create"
    assert entry.actor == hospital.applicant.reference


def test_errors_speak_the_readers_language(hospital):
    words = {}
    for language in ("zh-hans", "en"):
        client = hospital.client(**{"Accept-Language": language})
        words[language] = problem(client.get(DEPARTMENTS))["title"]
    assert words["en"] == "You are not signed in, or your token has ended."


def test_a_session_alone_cannot_be_used_by_another_site(hospital):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(hospital.system_admin.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    body = {"code": "ICU", "name": "重症医学科"}
    assert problem(send(client, f"{DEPARTMENTS}-/create", body))["code"] == "XD-IDENTITY-005"
    client.get("/")
    key = client.cookies["csrftoken"].value
    answer = client.post(
        f"{DEPARTMENTS}-/create", json.dumps(body), content_type="application/json", headers={"X-CSRFToken": key}
    )
    assert answer.status_code == 200, answer.content


def test_a_token_does_what_its_scopes_say(hospital, token):
    key, record = token(hospital.system_admin, "organisation.department.view")
    client = hospital.client()
    assert client.get(DEPARTMENTS, **key).status_code == 200
    answer = client.post(f"{DEPARTMENTS}-/create", "{}", content_type="application/json", **key)
    assert problem(answer)["code"] == "XD-IDENTITY-004"
    record.refresh_from_db()
    assert record.last_used_at is not None
    assert client.get("/", **key).status_code == 302, "a token opens the API alone"


def test_a_token_writes_without_a_form(hospital, token):
    from django.test import Client

    key, _ = token(hospital.system_admin, "organisation.department.create")
    answer = Client(enforce_csrf_checks=True).post(
        f"{DEPARTMENTS}-/create", '{"code": "ICU", "name": "重症"}', content_type="application/json", **key
    )
    assert answer.status_code == 200, answer.content


def test_a_token_ends_with_time_with_its_owner_and_by_hand(hospital, token):
    from datetime import timedelta

    client = hospital.client()
    expired, record = token(hospital.dso, "organisation.department.view")
    type(record).objects.filter(pk=record.pk).update(
        created_at=hospital.now - timedelta(days=2), expires_at=hospital.now - timedelta(days=1)
    )
    revoked, record = token(hospital.dso, "organisation.department.view")
    services.token_revoke(token=record, by=hospital.dso, now=hospital.now)
    left, _ = token(hospital.legal, "organisation.department.view")
    services.person_leave(person=hospital.legal, by=hospital.system_admin, now=hospital.now)
    unknown = {"headers": {"Authorization": "Bearer xd_unknown"}}
    for key in (expired, revoked, left, unknown):
        assert problem(client.get(DEPARTMENTS, **key))["code"] == "XD-FRAME-004"


def test_a_role_that_ends_takes_its_tokens_rights(hospital, token):
    key, _ = token(hospital.dso, "audit.entry.view")
    assert hospital.client().get("/api/v1/audit.entry/", **key).status_code == 200
    hospital.dso.appointments.update(closed_at=hospital.now)
    assert problem(hospital.client().get("/api/v1/audit.entry/", **key))["code"] == "XD-FRAME-001"


def test_a_list_costs_the_same_number_of_queries_however_long(hospital, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = hospital.client(Role.DSO)
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as few:
        assert client.get(PEOPLE, {"limit": 2}).status_code == 200
    with CaptureQueriesContext(connection) as many:
        assert client.get(PEOPLE).status_code == 200
    assert len(many) == len(few)


def test_people_make_and_end_their_own_tokens_alone(hospital, token):
    client = hospital.client(Role.APPLICANT)
    made = send(client, TOKENS + "-/create", {"name": "脚本", "days": 7, "scopes": ["access.request.view"]}).json()
    key = {"headers": {"Authorization": f"Bearer {made['token']}"}}
    assert hospital.client().get("/api/v1/access.request/", **key).status_code == 200
    listed = client.get(TOKENS).json()["items"]
    assert [one["name"] for one in listed] == ["脚本"]
    assert made["token"] not in json.dumps(listed)
    refused = send(client, TOKENS + "-/create", {"name": "x", "days": 7, "scopes": ["organisation.person.create"]})
    assert problem(refused)["code"] == "XD-FRAME-003"
    _, theirs = token(hospital.dso, "audit.entry.view")
    assert problem(send(client, f"{TOKENS}{theirs.pk}/revoke", {}))["code"] == "XD-FRAME-002"
    assert send(client, f"{TOKENS}{made['id']}/revoke", {}).json()["revoked_at"]
    assert hospital.client().get("/api/v1/access.request/", **key).status_code == 401


def test_the_caller_learns_who_they_are_and_what_waits(hospital, token):
    from xingdun.approvals.services import StepWanted, process_open

    process_open(
        about=hospital.departments["MED"],
        title="科研取数",
        content={},
        steps=[StepWanted(Role.DSO)],
        by=hospital.applicant,
        now=hospital.now,
    )
    client = hospital.client(Role.DSO)
    assert client.get("/api/v1/me/").json()["roles"] == ["dso"]
    assert [one["label"] for one in client.get("/api/v1/desk/").json()["items"]] == ["科研取数"]
    assert hospital.client(Role.HEAD).get("/api/v1/desk/").json()["items"] == []
    assert client.get("/api/v1/overview/").json()["tiles"]
    key, _ = token(hospital.dso, "console.account.view", "audit.entry.view")
    assert hospital.client().get("/api/v1/me/", **key).json()["actions"] == ["audit.entry.view", "console.account.view"]


def test_the_bytes_behind_an_entry_are_there(hospital):
    services.department_create(code="ICU", name="重症", by=hospital.system_admin, now=hospital.now)
    entry = Entry.objects.last()
    client = hospital.client(Role.AUDITOR)
    assert client.get(f"/api/v1/audit.entry/{entry.pk}/content").content.decode() == entry.content
    assert problem(client.get(f"/api/v1/audit.entry/{entry.pk}/proof/sha256"))["status"] in (404, 409)
