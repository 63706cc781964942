"""The pages of the law: what they tell, to whom, on which day, and at what cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xingdun.frame.ids import uuid7
from xingdun.frame.roles import Role
from xingdun.kernel.clocks import local
from xingdun.obligations import services
from xingdun.obligations.catalogue import load, texts
from xingdun.obligations.models import (
    CatalogueVersion,
    Exemption,
    Posture,
    PostureChange,
    PostureProgress,
    ReadingChoice,
)
from xingdun.obligations.selectors.editions import former_duties
from xingdun.organisation.models import Appointment

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUTY, CLAUSE = "mlps-evaluation-3-4", "MEASURES-6.4b"
PAGES = (
    "/law/",
    "/law/agenda/",
    "/law/clauses/",
    "/law/duties/",
    "/law/scores/",
    "/law/timeline/",
    "/law/oversight/",
    f"/law/clauses/{CLAUSE}/",
    f"/law/duties/{DUTY}/",
)


@pytest.fixture
def stands(hospital):
    """Keep an answer as a measurement would: `stands(state, subject, department=…, duty=…, at=…)`."""

    def keep(state, subject="", *, department="MED", duty=DUTY, at=None, due_at=None, was=""):
        at = at or hospital.now
        reference = f"assets.network:{subject}" if subject else ""
        told = {"duty": duty, "subject": reference, "state": state, "due_at": due_at}
        told["detail"] = {"zh": f"原因{subject}", "en": f"because of {subject}"}
        place = hospital.departments[department] if department else None
        Posture.objects.filter(duty=duty, subject=reference).delete()
        Posture.objects.create(
            institution=hospital.institution,
            kind="network",
            subject_name=subject,
            force="normative",
            documents="MEASURES",
            department=place,
            since=at,
            measured_at=at,
            **told,
        )
        PostureChange.objects.create(id=uuid7(), institution=hospital.institution, was=was, at=at, **told)
        PostureProgress.objects.update_or_create(institution=hospital.institution, defaults={"measured_at": at})

    return keep


def cell(page, clause=CLAUSE):
    """The state a cell of the heat map is shown in."""
    return re.search(rf'class="xd-cell xd-cell-(\w+)[^"]*" href="/law/clauses/{re.escape(clause)}/"', page)[1]


def text_of(client, address, language="zh-hans"):
    client.cookies["django_language"] = language
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code)
    return page.content.decode()


def test_what_was_measured_is_told_and_every_number_leads_to_what_it_counts(hospital, words):
    from standing import measured  # Django stands once a test runs

    running, late, _ = measured(hospital)
    client = hospital.client(Role.HEAD)
    first = text_of(client, "/law/", "en")
    red = Posture.objects.filter(state__in=Posture.RED)
    duties = {state: red.filter(state=state).values("duty").distinct().count() for state in Posture.RED}
    assert f"No: {duties['violated']} duties are violated and {duties['overdue']} overdue." in first
    assert "The register of incidents is still to come." in first
    title = load().duties[red.filter(state="violated").order_by("since", "duty").first().duty].title
    assert title.en in first
    assert title.zh in text_of(client, "/law/")
    found = re.search(r'href="(/console/obligations.posture/\?duty=real-name&amp;state=violated)">(\d+)<', first)
    listed = words(client.get(found[1].replace("&amp;", "&")))
    assert f"{found[2]} 行" in listed or f"{found[2]} 条" in listed
    assert int(found[2]) == Posture.objects.filter(duty="real-name", state="violated").count()

    heat = text_of(client, "/law/clauses/")
    assert heat.count('href="/law/clauses/') >= 2 * 513, "a cell and a row of the table for each clause"
    legend = [int(number) for number in re.findall(r"<strong>(\d+)</strong>", heat)]
    assert sum(legend) == 513
    narrowed = text_of(client, "/law/clauses/?document=NEWS&state=violated")
    assert narrowed.count("xd-cell-faint") == 513 - narrowed.count("<tr><td")

    clause = text_of(client, f"/law/clauses/{CLAUSE}/")
    for said in (load().clauses[CLAUSE].text.zh, load().duties[DUTY].title.zh, "A10", "按法定时限", "规范性文件"):
        assert said in clause
    assert f'href="/console/assets.network/{running.pk}/"' in clause, "the answer leads to the record"
    assert late.name in clause
    assert "obligations.pack/-/create/?clause=" + CLAUSE in clause
    for address in PAGES:
        for language in ("zh-hans", "en"):
            page = text_of(client, address, language)
            assert page.count("<h1") == 1
            assert 'style="' not in page
            assert not re.search(r"<script>|\son\w+=", page)


def test_before_anything_is_measured_each_page_says_what_to_do(hospital):
    client = hospital.client(Role.HEAD)
    for address in PAGES:
        page = text_of(client, address, "en")
        assert re.search("measured yet|not measured|Nothing falls due|Nothing: there is", page), address
    heat = text_of(client, "/law/clauses/")
    assert cell(heat) == "unknown", "never met without a measurement"
    assert cell(heat, "MEASURES-1a") == "informs"


def test_a_head_of_department_sees_the_department_and_nobody_elses(hospital, stands):
    stands("violated", "ours")
    stands("violated", "theirs", department="RES")
    stands("violated", department=None, duty="network-profile")
    lapsed = hospital.appoint(hospital.department_head, Role.DEPARTMENT_HEAD, department="RES")
    Appointment.objects.filter(pk=lapsed.pk).update(ends_at=hospital.now - timedelta(hours=1))
    mine, whole = hospital.client(Role.DEPARTMENT_HEAD), hospital.client(Role.DSO)
    other = hospital.departments["RES"].pk
    for address in ("/law/agenda/", f"/law/agenda/?department={other}"):
        page = text_of(mine, address)
        assert "原因ours" in page
        assert "原因theirs" not in page
        assert not re.search(r"</a> · \s*</", page), "nothing stands after the last number"
        assert load().duties["network-profile"].title.zh not in page, (
            "what belongs to no department is nobody's morning"
        )
    assert "原因theirs" in text_of(whole, "/law/agenda/")
    assert "原因ours" not in text_of(whole, f"/law/agenda/?department={other}")
    for address in (f"/law/clauses/{CLAUSE}/", f"/law/duties/{DUTY}/"):
        assert text_of(mine, address).count("原因theirs") == 0
        assert text_of(whole, address).count("原因theirs") == 2, "the answer, and its history"
    for client, seen in ((mine, 1), (whole, 2)):
        assert f"state=violated&amp;duty={DUTY}" not in text_of(client, "/law/scores/")
        assert f">{seen}</a>" in text_of(client, "/law/scores/")


def test_pages_open_by_role_and_past_days_to_those_who_may_see_them(hospital, stands):
    yesterday = f"?on={local(hospital.now).date() - DAY}"
    stands("met", "ours", at=hospital.now - 2 * DAY)
    opened = {role: hospital.client(role) for role in (Role.HEAD, Role.DEPARTMENT_HEAD, Role.APPLICANT)}
    for address in PAGES:
        assert opened[Role.HEAD].get(address).status_code == 200
        assert opened[Role.APPLICANT].get(address).status_code == 403
    assert opened[Role.DEPARTMENT_HEAD].get("/law/").status_code == 403
    assert opened[Role.DEPARTMENT_HEAD].get("/law/clauses/").status_code == 200
    for address in ("/law/clauses/", "/law/scores/"):
        assert opened[Role.DEPARTMENT_HEAD].get(address + yesterday).status_code == 403
        assert opened[Role.HEAD].get(address + yesterday).status_code == 200
    menu = text_of(opened[Role.DEPARTMENT_HEAD], "/")
    assert 'href="/law/agenda/"' in menu
    assert 'href="/law/oversight/"' not in menu


def test_any_past_day_is_shown_as_it_ended(hospital, stands):
    first = hospital.now - 5 * DAY
    stands("violated", "ours", at=first)
    stands("met", "ours", at=hospital.now - 2 * DAY, was="violated")
    services.day_seal(institution=hospital.institution.pk, day=local(first).date(), now=hospital.now)
    client = hospital.client(Role.AUDITOR)

    def on(moment, page="/law/clauses/"):
        return text_of(client, f"{page}?on={local(moment).date()}", "en")

    assert cell(text_of(client, "/law/clauses/")) == "met"
    assert cell(on(first)) == cell(on(first + DAY)) == "violated"
    assert cell(on(hospital.now - DAY)) == "met"
    assert "sealed in the ledger" in on(first)
    assert "not sealed" in on(first + DAY)
    assert "The catalogue of that day is not kept" in on(first)
    assert "Nothing was measured by the end of that day" in on(first - DAY)
    assert "by department" in on(first, "/law/scores/")
    assert f"state=violated&amp;on={local(first).date()}" in on(first, "/law/scores/")
    for nonsense in ("yesterday", "2026-02-30", str(local(hospital.now + 2 * DAY).date())):
        assert client.get("/law/clauses/", {"on": nonsense}).status_code == 422
    stands("overdue", "ours", was="met")
    assert cell(text_of(client, "/law/clauses/")) == "overdue", "what is kept of the counts follows each change"


def test_a_past_day_is_told_by_the_catalogue_in_force_then(hospital, stands, as_owner):
    now, first, former = hospital.now, hospital.now - 5 * DAY, "former-evaluation"
    text = load().clauses[CLAUSE].text.zh
    then = {
        name: each.replace(f'key = "{DUTY}"', f'key = "{former}"')
        .replace(text, "旧版要求")
        .replace(f'version = "{load().version}"', 'version = "2025.0"')
        for name, each in texts().items()
    }
    with as_owner():
        CatalogueVersion.objects.create(version="2025.0", digest="0" * 64, taken_at=first - DAY, texts=then)
        services.catalogue_take(now=now - 2 * DAY)
    stands("violated", "ours", duty=former, at=first)
    former_duties.cache_clear()
    client = hospital.client(Role.AUDITOR)
    assert load().duties[DUTY].title.zh in text_of(client, f"/console/obligations.posturechange/?duty={former}")
    former_duties.cache_clear()
    page = text_of(client, f"/law/clauses/?on={local(first).date()}")
    assert cell(page) == "violated", "the duty that was there then answers it"
    assert "旧版要求" in page
    assert text not in page
    assert "2025.0" in page
    page = text_of(client, f"/law/clauses/?on={local(now - DAY).date()}")
    assert (cell(page), text in page, "2025.0" in page) == ("unknown", True, False)
    assert "violated" in text_of(client, f"/law/scores/?on={local(first).date()}", "en")
    sealed = services.day_seal(institution=hospital.institution.pk, day=local(first).date(), now=now)
    assert sealed.catalogue == "2025.0"
    assert sealed.scores["document"]["MEASURES"] == {"violated": 1}


def test_the_auditor_sees_what_turned_what_was_departed_from_and_how_it_is_read(hospital, stands):
    stands("violated", "ours", at=hospital.now - DAY)
    stands("met", "ours", was="violated")
    contradiction = next(each for each in load().contradictions.values() if each.alternatives)
    facts = {
        "institution": hospital.institution,
        "reason": "另有安排",
        "applicant": hospital.dso,
        "state": "approved",
        "filed_at": hospital.now - DAY,
        "expires_at": hospital.now + 30 * DAY,
    }
    Exemption.objects.create(duty=DUTY, **facts)
    alternative = contradiction.alternatives[0]
    ReadingChoice.objects.create(contradiction=contradiction.key, alternative=alternative.key, **facts)
    page = text_of(hospital.client(Role.AUDITOR), "/law/oversight/")
    assert page.count("原因ours") == 1, "the turn; when it was first found is no change"
    assert "另有安排" in page
    assert alternative.text.zh in page.split("<details>")[0]
    clause = text_of(hospital.client(Role.AUDITOR), f"/law/clauses/{contradiction.clauses[0]}/")
    assert "现行另择读法" in clause
    assert "有哪些豁免" in text_of(hospital.client(Role.AUDITOR), f"/law/duties/{DUTY}/")


def test_what_is_met_without_evidence_is_counted_and_the_list_narrows_to_it(hospital, stands, words):
    stands("met", "bare")
    stands("met", "shown", duty="network-profile")
    Posture.objects.filter(subject_name="shown").update(evidence=["assets.network:1"], documents="INTERNET")
    client = hospital.client(Role.AUDITOR)
    page = text_of(client, "/law/oversight/", "en")
    assert "1 met without evidence" in page
    where = f"/console/obligations.posture/?state=met&amp;evidence=none&amp;duty={DUTY}"
    assert f'href="{where}">1<' in page
    for filters, name in (("evidence=none", "bare"), ("evidence=some", "shown"), ("documents=INTERNET", "shown")):
        listed = words(client.get(f"/console/obligations.posture/?state=met&{filters}"))
        assert [each for each in ("bare", "shown") if each in listed] == [name], filters


def test_what_falls_due_is_counted_by_whole_days_and_leads_to_its_rows(hospital, stands, words):
    for days in (3, 40, 200):
        stands("due", f"in{days}", due_at=hospital.now + days * DAY)
    stands("met", "again", due_at=hospital.now + 5 * DAY, duty="network-profile")
    client = hospital.client(Role.DSO)
    for span, number in ((30, 2), (91, 3), (365, 4)):
        page = text_of(client, f"/law/timeline/?days={span}", "en")
        assert f"{number} fall due in this time." in page
        counted = 0
        for where, shown in re.findall(r'href="(/console/obligations.posture/\?[^"]+)">(\d+)</a>', page):
            counted += int(shown)
            if int(shown):
                assert f" {shown} row" in words(client.get(where.replace("&amp;", "&")))
        assert counted == number
    standing = text_of(client, "/law/", "en")
    assert re.search(r'href="/law/timeline/\?days=30">2<', standing)


def test_pages_cost_the_same_number_of_queries_whatever_they_show(hospital, stands):
    client = hospital.client(Role.DSO)

    def costs():
        found = {}
        for address in (*PAGES, f"/law/clauses/?on={local(hospital.now).date() - DAY}"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[address] = len(queries)
        return found

    for state in ("violated", "overdue", "unknown"):
        stands(state, state)
    for state in ("due", "met"):
        stands(state, state, due_at=hospital.now + DAY)
    few = costs()
    for number in range(24):
        duty = list(load().duties)[number]
        stands(("violated", "overdue", "unknown", "met")[number % 4], f"many{number}", duty=duty)
        stands("violated", f"more{number}")
        stands("due", f"coming{number}", due_at=hospital.now + DAY)
    assert costs() == few
    assert max(few.values()) < 40, few
