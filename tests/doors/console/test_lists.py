"""Every register's list: what it shows, how it is searched, sorted and paged, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.doors.console import paging
from xingdun.frame.permissions import permitted
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
EVERYTHING = sorted(registers)


def reader_of(key):
    """A role that may see the register."""
    return next(role for role in Role if permitted(f"{key}.view", {role}))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_register_has_its_list_in_both_languages(hospital, language, words):
    for key in EVERYTHING:
        client = hospital.client(reader_of(key))
        client.cookies["django_language"] = language
        page = client.get(f"/console/{key}/")
        assert page.status_code == 200, key
        assert f'<html lang="{language}"' in page.content.decode()
        assert "{{" not in page.content.decode()
        assert "XD-" not in words(page)


def test_a_list_is_refused_to_roles_without_it(hospital):
    for key in EVERYTHING:
        for role in [role for role in Role if not permitted(f"{key}.view", {role})][:1]:
            assert hospital.client(role).get(f"/console/{key}/").status_code == 403, key


def test_nobody_sees_a_list_without_signing_in(hospital):
    answer = hospital.client().get("/console/organisation.person/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_people_are_found_by_name_number_and_login(hospital):
    client = hospital.client(Role.DSO)
    for written in (hospital.legal.name, hospital.legal.staff_number, hospital.legal.account.login):
        page = client.get("/console/organisation.person/", {"q": written})
        assert [row.record for row in page.context["table"].paginated_rows] == [hospital.legal]


def test_filters_leave_what_they_name_and_say_so(hospital):
    page = hospital.client(Role.DSO).get(
        "/console/organisation.person/", {"department": str(hospital.departments["LAW"].pk)}
    )
    assert [row.record for row in page.context["table"].paginated_rows] == [hospital.legal]
    assert page.context["active"] == [("department", "科室", "法务部")]


def test_the_ledger_is_found_by_the_name_of_who_did_it(hospital, entries):
    entries(3)
    client = hospital.client(Role.AUDITOR)
    found = client.get("/console/audit.entry/", {"actor": hospital.system_admin.name})
    assert found.context["table"].paginator.count == 3
    assert client.get("/console/audit.entry/", {"actor": hospital.legal.name}).context["table"].paginator.count == 0
    assert client.get("/console/audit.entry/", {"about": hospital.dso.reference}).context["table"].paginator.count == 3
    assert client.get("/console/audit.entry/", {"action": "person.update"}).context["table"].paginator.count == 3


def test_a_date_filter_counts_whole_days_of_the_institution(hospital, entries):
    entries(2)
    today = hospital.now.astimezone().date().isoformat()
    client = hospital.client(Role.AUDITOR)
    filters = {"at_after": today, "at_before": today, "action": "person.update"}
    assert client.get("/console/audit.entry/", filters).context["table"].paginator.count in {0, 2}
    assert client.get("/console/audit.entry/", {"at_before": "2020-01-01"}).context["table"].paginator.count == 0


def test_a_filter_that_cannot_be_read_is_explained_and_shows_nothing(hospital):
    page = hospital.client(Role.DSO).get("/console/organisation.person/", {"left_at_after": "yesterday"})
    assert page.status_code == 200
    assert page.context["table"].paginator.count == 0
    assert "xd-filter-error" in page.content.decode()


def test_sorting_goes_both_ways(hospital):
    client = hospital.client(Role.DSO)
    up = client.get("/console/organisation.department/", {"sort": "code"})
    down = client.get("/console/organisation.department/", {"sort": "-code"})
    codes = [row.record.code for row in up.context["table"].paginated_rows]
    assert codes == sorted(codes)
    assert [row.record.code for row in down.context["table"].paginated_rows] == codes[::-1]


@pytest.mark.parametrize("nonsense", ["-1", "0", "99999999999999", "x", ""])
def test_a_page_that_is_not_there_shows_one_that_is(hospital, nonsense):
    page = hospital.client(Role.DSO).get("/console/organisation.person/", {"page": nonsense})
    assert page.status_code == 200
    assert page.context["table"].paginated_rows


@pytest.mark.parametrize("sort", ["password", "account__password", "-nothing", "1; DROP TABLE"])
def test_nothing_is_sorted_by_what_is_no_column(hospital, sort):
    assert hospital.client(Role.DSO).get("/console/organisation.person/", {"sort": sort}).status_code == 200


def test_a_long_list_is_counted_to_a_bound(hospital, entries, monkeypatch, words):
    monkeypatch.setattr(paging, "BOUND", 30)
    entries(40)
    page = hospital.client(Role.AUDITOR).get("/console/audit.entry/")
    assert page.context["table"].paginator.count == 30
    assert page.context["table"].paginator.more
    assert "30" in words(page)


def test_ten_rows_and_two_hundred_cost_the_same_number_of_queries(hospital, entries):
    client = hospital.client(Role.AUDITOR)

    def cost(page):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/console/audit.entry/", {"page": page}).status_code == 200
        return len(seen)

    entries(10)
    client.get("/console/audit.entry/")
    few = cost(1)
    entries(190)
    assert cost(1) == few
    assert cost(5) == few


def test_people_with_roles_cost_the_same_however_many(hospital):
    client = hospital.client(Role.DSO)
    client.get("/console/organisation.person/")

    def cost():
        with CaptureQueriesContext(connection) as seen:
            client.get("/console/organisation.person/")
        return len(seen)

    few = cost()
    for number in range(12):
        hospital.person(f"more{number}", Role.APPLICANT, department="RES")
    assert cost() == few


def test_htmx_is_given_the_list_alone(hospital):
    client = hospital.client(Role.DSO)
    part = client.get("/console/organisation.person/", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<section")
    assert "HX-Request" in part.headers["Vary"]
    back = client.get(
        "/console/organisation.person/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<!doctype html>" in back.content.decode()


def test_an_empty_list_says_what_to_do_next(hospital, words):
    page = hospital.client(Role.APPLICANT).get("/console/approvals.process/")
    assert str(registers["approvals.process"].empty) in words(page)
    nothing = hospital.client(Role.DSO).get("/console/organisation.person/", {"q": "nobody-at-all"})
    assert nothing.context["active"]
    assert str(registers["organisation.person"].empty) not in words(nothing)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "{{ 1234*4321 }}",
    "=1+1",
    "'; DROP TABLE x; --",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_text(hospital, name, words):
    person = hospital.person("hostile", Role.APPLICANT, department="RES")
    person.name = name
    person.save()
    client = hospital.client(Role.DSO)
    for page in (
        client.get("/console/organisation.person/", {"q": name}),
        client.get(f"/console/organisation.person/{person.pk}/"),
        client.get("/console/audit.entry/", {"actor": name}),
    ):
        assert page.status_code == 200
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "5332114" not in words(page)


def test_rows_of_another_institution_are_not_listed(hospital, words):
    page = words(hospital.client(Role.DSO).get("/console/organisation.person/"))
    assert hospital.other.dso.name not in page
