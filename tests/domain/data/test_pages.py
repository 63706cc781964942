"""The inventory in the browser's eyes: what its pages and its API show, what they cost, and who may act."""

import time

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.data import selectors, services
from xingdun.data.models import Column, Dataset, InventoryReview, Scan, Source
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db


def text(answer):
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


@pytest.fixture
def many(hospital, register, tmp_path):
    """A source with ten thousand datasets of twenty columns' counts each."""

    def made(count=10_000):
        source = register(tmp_path, name="大型数据湖", kind=Source.Kind.FOLDER)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO data_dataset (id, institution_id, source_id, schema, name, department_id, first_seen_at,"
                " last_seen_at, rows_scanned, sampled, columns_total, columns_open, change, business_classes, subject,"
                " sensitivity, level, national_class, business)"
                " SELECT gen_random_uuid(), %s, %s, 'lake', 'table_' || to_char(g, 'FM00000'), %s, now(), now(), 0,"
                " false, 20, g %% 21, 'new', '{clinical}', CASE g %% 3 WHEN 0 THEN '{C1}'::text[] WHEN 1 THEN"
                " '{C1,C2}' ELSE '{}' END, 'internal', 1 + g %% 5, 'general', 'clinical'"
                " FROM generate_series(1, %s) g",
                [hospital.institution.pk, source.pk, hospital.departments["MED"].pk, count],
            )
            cursor.execute("RESET ROLE; ANALYZE; SET LOCAL ROLE xingdun_web")
        return source

    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_the_inventory_opens(scanned, hospital, column, language):
    services.column_override(
        column=column("visit", "visit_id"),
        business="clinical",
        subject=["C1"],
        sensitivity="internal",
        level=3,
        national_class="general",
        reason="就诊号",
        by=hospital.dso,
        now=hospital.now,
    )
    review = services.review_create(by=hospital.dso, now=hospital.now)
    client = hospital.client(Role.DSO)
    client.cookies["django_language"] = language
    records = [
        scanned,
        Scan.objects.get(),
        Scan.objects.get().tables.first(),
        Dataset.objects.first(),
        column("patient", "身份证号"),
        column("visit", "visit_id"),
        column("visit", "visit_id").decisions.get(),
        review,
        review.datasets.first(),
    ]
    for record in records:
        label = record._meta.label_lower
        assert str(record) in text(client.get(f"/console/{label}/{record.pk}/")).replace("&#x27;", "'")
    page = text(client.get(f"/console/data.column/{records[4].pk}/"))
    assert ("居民身份证号" if language == "zh-hans" else "resident identity number") in page
    assert "DIGITAL-4.2.1" in page
    text(client.get("/"))


def test_the_overview_tells_what_lies_where(scanned, hospital):
    page = hospital.client(Role.DSO).get("/")
    assert page.status_code == 200
    panels = {one["panel"].key: one for one in page.context["panels"]}
    levels = panels["data.by_level"]["data"]
    assert levels["categories"] == [scanned.name]
    assert sum(sum(series["values"]) for series in levels["series"]) == 3
    client = hospital.client(Role.DSO)
    for panel in ("data.by_level", "data.by_subject", "data.by_sensitivity"):
        cell = next(cell for row in panels[panel]["rows"] for cell in row["cells"] if cell["value"])
        assert (
            client.get(cell["address"]).context["table"].paginator.count == cell["value"]
        )  # it leads to what it counts


def test_the_inventory_is_searched_and_filtered(scanned, hospital):
    client = hospital.client(Role.DSO)

    def count(register, **filters):
        page = client.get(f"/console/{register}/", filters)
        assert page.status_code == 200
        return page.context["table"].paginator.count

    assert count("data.column", q="身份证") == 1
    assert count("data.column", q="patient") == 6
    assert count("data.column", entity="resident_id") == 1
    assert count("data.column", state="suggested") == 11
    assert count("data.column", level="4", holds_c1="True") >= 3
    assert count("data.column", dataset__department=str(hospital.departments["MED"].pk)) == 11
    assert count("data.column", dataset__department=str(hospital.departments["LAW"].pk)) == 0
    assert count("data.dataset", holds_c1="True", source=str(scanned.pk)) >= 2
    assert count("data.dataset", sensitivity="public") == 0
    assert count("data.scan", state="finished") == 1


def test_ten_thousand_datasets_are_listed_quickly_with_few_queries(many, hospital):
    source = many()
    client = hospital.client(Role.DSO)
    client.get("/console/data.dataset/")
    times = []
    for address in (
        "/console/data.dataset/",
        "/console/data.dataset/?q=table_09",
        f"/console/data.dataset/?source={source.pk}&level=4&holds_c2=True",
        "/console/data.dataset/?sort=-columns_open&page=40",
        "/api/v1/data.dataset/",
        "/",
    ):
        began = time.process_time()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client.get(address))
        times.append((address, time.process_time() - began, len(queries)))
    assert all(count <= 40 for _, _, count in times), times
    spent = [seconds for _, seconds, _ in times]
    assert sorted(spent)[len(spent) // 2] < 1.0, times  # the bound of 200 ms is the bench's; this catches the absurd


def test_lists_cost_the_same_for_few_and_for_many(many, hospital):
    client = hospital.client(Role.DSO)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            text(client.get(address))
        return len(queries)

    many(5)
    few = [cost(address) for address in ("/console/data.dataset/", "/console/data.source/", "/")]
    for number in range(30):
        Dataset.objects.create(
            institution=hospital.institution,
            source=Source.objects.get(),
            name=f"more_{number}",
            department=hospital.departments["RES"],
            first_seen_at=hospital.now,
            last_seen_at=hospital.now,
        )
    assert [cost(address) for address in ("/console/data.dataset/", "/console/data.source/", "/")] == few


def test_progress_is_live_while_a_scan_runs(register, clinic, hospital):
    scan = services.scan_start(source=register(clinic), by=hospital.dso, now=hospital.now)
    Scan.objects.filter(pk=scan.pk).update(
        state="running", tables_total=10, tables_done=4, rows_done=500, rows_total=1000, rate=250.0, seconds_left=2.0
    )
    client = hospital.client(Role.SECURITY_ADMIN)
    page = text(client.get(f"/console/data.scan/{scan.pk}/"))
    assert 'hx-trigger="every 2s"' in page
    assert 'value="0.500"' in page
    Scan.objects.filter(pk=scan.pk).update(state="finished", finished_at=hospital.now)
    assert "hx-trigger" not in text(client.get(f"/console/data.scan/{scan.pk}/"))


def test_a_failed_scan_says_why_and_what_to_do(register, hospital, scan):
    failed = scan(register("postgresql://reader@127.0.0.1:1/his", secret="x"))
    page = text(hospital.client(Role.SECURITY_ADMIN).get(f"/console/data.scan/{failed.pk}/"))
    assert "XD-DATA-006" in page
    assert failed.problem.todo in page
    failed.source.refresh_from_db()
    assert (failed.source.state, failed.source.problem.code) == (Source.State.UNREACHABLE, "XD-DATA-006")


def test_hostile_names_are_shown_as_names(register, scan, clinic, hospital):
    name = '"><script>alert(1)</script>\u202e'
    with psycopg.connect(clinic, autocommit=True) as superuser:
        superuser.execute(
            psycopg.sql.SQL("CREATE TABLE {0} ({0} text); COMMENT ON COLUMN {0}.{0} IS {1}").format(
                psycopg.sql.Identifier(name), psycopg.sql.Literal(name)
            )
        )
    scan(register(clinic))
    client = hospital.client(Role.DSO)
    column = Column.objects.get(name=name)
    for address in (
        "/console/data.dataset/",
        "/console/data.column/",
        "/console/data.scantable/",
        f"/console/data.dataset/{column.dataset_id}/",
        f"/console/data.column/{column.pk}/",
        f"/console/data.column/{column.pk}/confirm/",
    ):
        page = text(client.get(address))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    for kind in ("json", "xlsx"):
        assert client.get(f"/console/data.column/export.{kind}").status_code == 200


def test_a_source_is_registered_and_scanned_on_its_pages(hospital, allowed, clinic):
    client = hospital.client(Role.SECURITY_ADMIN)
    assert hospital.departments["MED"].name in text(client.get("/console/data.source/-/create/"))
    form = {
        "name": "医院信息系统",
        "kind": "postgresql",
        "address": clinic,
        "department": str(hospital.departments["MED"].pk),
        "secret": "",
    }
    refused = client.post("/console/data.source/-/create/", form | {"address": "postgresql://u@169.254.169.254/x"})
    assert refused.status_code == 422
    assert "XD-DATA-002" in refused.content.decode()
    assert not Source.objects.exists()
    answer = client.post("/console/data.source/-/create/", form)
    source = Source.objects.get()
    assert answer.url == f"/console/data.source/{source.pk}/"
    assert client.post(f"/console/data.source/{source.pk}/test/").status_code == 302
    assert "password" in text(client.get(f"/console/data.source/{source.pk}/update/"))
    answer = client.post(f"/console/data.source/{source.pk}/scan/", {"mode": "sampled", "sample_rows": "500"})
    scan = Scan.objects.get()
    assert (answer.url, scan.sample_rows) == (f"/console/data.scan/{scan.pk}/", 500)
    assert client.post(f"/console/data.scan/{scan.pk}/stop/").status_code == 302
    assert client.post(f"/console/data.scan/{scan.pk}/resume/").status_code == 302


def test_grades_are_decided_on_their_pages_by_the_officer_alone(scanned, hospital, column):
    number, name = column("patient", "身份证号"), column("patient", "姓名")
    override = {
        "business": "research",
        "subject": ["C1", "C2"],
        "sensitivity": "internal",
        "level": "5",
        "national_class": "important",
        "state_secret": "",
        "reason": "科研队列",
    }
    stranger = hospital.client(Role.SECURITY_ADMIN)
    assert stranger.post(f"/console/data.column/{number.pk}/override/", override).status_code == 403
    client = hospital.client(Role.DSO)
    assert "state_secret" not in text(client.get(f"/console/data.column/{number.pk}/confirm/"))
    assert client.post(f"/console/data.column/{number.pk}/override/", override).status_code == 302
    number.refresh_from_db()
    assert (number.subject, number.level, number.state) == (["C1", "C2"], 5, "overridden")
    unanswered = client.post(f"/console/data.column/{number.pk}/override/", override | {"sensitivity": "confidential"})
    assert "XD-DATA-018" in unanswered.content.decode()
    answered = override | {"sensitivity": "confidential", "state_secret": "no"}
    assert client.post(f"/console/data.column/{number.pk}/override/", answered).status_code == 302
    assert client.post(f"/console/data.column/{name.pk}/confirm/").status_code == 302
    assert client.post(f"/console/data.column/{name.pk}/send_back/", {"reason": ""}).status_code == 422
    assert client.post(f"/console/data.column/{name.pk}/send_back/", {"reason": "核实"}).status_code == 302
    assert client.post(f"/console/data.dataset/{name.dataset_id}/confirm/").status_code == 302
    assert selectors.datasets().get(pk=name.dataset_id).columns_open == 1
    department = {"department": str(hospital.departments["RES"].pk)}
    assert client.post(f"/console/data.dataset/{name.dataset_id}/assign/", department).status_code == 302
    assert client.post("/console/data.inventoryreview/-/create/", {"statement": "已核对"}).status_code == 302
    assert InventoryReview.objects.get().columns_open == 7


def test_the_same_is_done_by_programs(scanned, hospital, column):
    client = hospital.client(Role.DSO)
    number = column("patient", "身份证号")
    told = client.get(f"/api/v1/data.column/{number.pk}").json()
    assert told["entity"] == "resident_id"
    assert (
        client.post(f"/api/v1/data.column/{number.pk}/confirm", "{}", content_type="application/json").status_code
        == 200
    )
    number.refresh_from_db()
    assert number.state == "confirmed"
    listed = client.get("/api/v1/data.dataset/").json()
    assert len(listed["items"]) == 3


def test_another_institution_finds_nothing_here(scanned, hospital, column):
    number = column("patient", "身份证号")
    stranger = hospital.other.client(Role.DSO)
    with hospital.other.acting():
        for address in (
            f"/console/data.column/{number.pk}/",
            f"/console/data.source/{scanned.pk}/",
            f"/console/data.dataset/{number.dataset_id}/",
            f"/api/v1/data.column/{number.pk}",
        ):
            assert stranger.get(address).status_code == 404
        assert stranger.post(f"/console/data.column/{number.pk}/confirm/").status_code == 404
        assert stranger.get("/console/data.dataset/").context["table"].paginator.count == 0
