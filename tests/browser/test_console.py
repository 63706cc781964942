"""The console under real clicks and keys, wide and narrow, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from xingdun.approvals import services as approvals
from xingdun.approvals.services import StepWanted
from xingdun.frame import overview
from xingdun.frame.roles import Role
from xingdun.organisation.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_is_registered_and_the_password_copied_from_the_page(browse, hospital):
    page = browse(Role.SYSTEM_ADMIN, "/console/organisation.person/", language="en")
    page.click("text=Register a person")
    page.fill("[name=name]", "新来的")
    page.fill("[name=staff_number]", hospital.dso.staff_number)
    page.select_option("[name=department]", label="科研处")
    page.fill("[name=login]", "newcomer")
    page.click("button.btn-primary")
    assert "XD-ORG-004" in page.inner_text(".xd-refusal")
    assert page.input_value("[name=name]") == "新来的"
    page.fill("[name=staff_number]", "N-77")
    page.click("button.btn-primary")
    password = page.inner_text("#once-2")
    assert Person.objects.get(staff_number="N-77").account.check_password(password)
    page.click("text=I have it")
    assert "新来的" in page.inner_text("h1")


def test_filters_work_without_a_full_page_and_the_back_button_returns(browse, hospital):
    page = browse(Role.DSO, "/console/organisation.person/")
    rows = page.locator(".xd-table tbody tr")
    before = rows.count()
    with page.expect_response(re.compile("q=")) as answered:
        page.fill("[name=q]", hospital.legal.staff_number)
    assert answered.value.request.headers["hx-request"] == "true"
    expect(rows).to_have_count(1)
    assert hospital.legal.name in rows.inner_text()
    page.wait_for_url(re.compile("q="))
    page.go_back()
    expect(rows).to_have_count(before)


def test_a_click_anywhere_on_a_row_opens_it(browse, hospital):
    page = browse(Role.DSO, f"/console/organisation.person/?q={hospital.legal.staff_number}")
    page.locator(".xd-table tbody tr td").nth(1).click()
    page.wait_for_url(re.compile(str(hospital.legal.pk)))
    assert hospital.legal.name in page.inner_text("h1")


def test_the_keyboard_alone_reaches_the_content_and_a_decision(browse, hospital):
    process = approvals.process_open(
        about=hospital.departments["RES"],
        title="队列研究",
        content={},
        steps=[StepWanted(Role.DEPARTMENT_HEAD, 1, hospital.departments["MED"])],
        by=hospital.applicant,
        now=hospital.now,
    )
    page = browse(Role.DEPARTMENT_HEAD, "/desk/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('xd-row-link')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(str(process.pk)))
    page.locator("text=同意").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("approve"))
    page.locator("button.btn-primary").last.focus()
    page.locator(".card-footer button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert-success")
    process.refresh_from_db()
    assert process.state == "approved"


def test_a_record_is_found_while_its_name_is_typed(browse, hospital):
    page = browse(Role.DSO, "/console/obligations.exemption/-/create/")
    page.select_option("#id_duty", "staff-managed")
    expect(page.locator("#id_subject-kind option")).to_have_count(1)
    page.fill("#id_subject-words", hospital.applicant.name)
    found = page.locator("#id_subject-found").get_by_label(hospital.applicant.name)
    found.wait_for()
    page.press("#id_subject-words", "Enter")
    assert page.url.endswith("/create/"), "Enter sends nothing yet"
    found.check()
    assert page.input_value("[name=subject]:checked") == hospital.applicant.reference


def test_something_dangerous_is_asked_again(browse, hospital):
    page = browse(Role.SYSTEM_ADMIN, f"/console/organisation.person/{hospital.legal.pk}/leave/")
    page.click(".card-footer .btn-danger")
    page.wait_for_selector("dialog[open]")
    page.click("dialog button[value=no]")
    assert Person.objects.get(pk=hospital.legal.pk).left_at is None
    page.click(".card-footer .btn-danger")
    page.click("dialog [data-confirm-yes]")
    page.wait_for_selector(".alert-success")
    assert Person.objects.get(pk=hospital.legal.pk).left_at is not None


def test_the_language_changes_where_the_reader_is(browse):
    page = browse(Role.DSO, "/console/organisation.department/?q=IT")
    expect(page.locator("h1")).to_have_text("机构有哪些科室？")
    page.click(".xd-top .xd-language button")
    expect(page.locator("h1")).to_have_text("Which departments are there?")
    assert "q=IT" in page.url
    page.click(".xd-top .xd-language button")
    expect(page.locator("h1")).to_have_text("机构有哪些科室？")


def test_dark_follows_the_system_and_then_the_choice(browse):
    page = browse(Role.DSO, "/", dark=True)
    told = page.locator("html")
    expect(told).to_have_attribute("data-bs-theme", "dark")
    page.click("[data-theme-switch]")
    expect(told).to_have_attribute("data-bs-theme", "light")
    page.reload()
    expect(told).to_have_attribute("data-bs-theme", "light")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_narrow_screen_needs_no_sideways_scrolling(browse, hospital, language):
    page = browse(Role.DSO, "/", language=language, narrow=True)
    for path in (
        "/",
        "/desk/",
        "/account/",
        "/settings/",
        "/console/organisation.person/",
        f"/console/organisation.person/{hospital.legal.pk}/",
        "/console/audit.entry/",
        "/account/tokens/new/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto("/")
    assert not page.is_visible("#navigation")
    page.click(".navbar-toggler")
    page.wait_for_selector("#navigation.show")
    page.click('#navigation details:has(a[href$="organisation.person/"]) > summary')
    page.click('#navigation a[href$="organisation.person/"]')
    page.wait_for_url(re.compile("organisation.person"))


def test_a_chart_is_drawn_and_its_table_leads_to_the_rows(browse, monkeypatch):
    chart = overview.Chart(
        "stack",
        ["住院系统", "检验系统"],
        [
            overview.Series("一级", [3, 4], [overview.Link("organisation.person")] * 2),
            overview.Series("二级", [1, 0], [None, None], tone="due"),
        ],
        rows="数据源",
    )
    panel = overview.Panel("test.panel", "什么数据在哪里？", "console.overview.view", lambda _viewer: chart, "")
    monkeypatch.setattr("xingdun.doors.console.views.overview.panels", {"test.panel": panel})
    page = browse(Role.DSO, "/")
    page.wait_for_selector("[data-chart] canvas")
    page.hover("[data-chart] canvas", position={"x": 300, "y": 80})
    page.click("text=以表格查看")
    page.click(".xd-chart-table a")
    page.wait_for_url(re.compile("organisation.person"))


def test_every_page_in_reach_is_free_of_complaints(browse):
    page = browse(Role.DSO, "/")
    addresses = page.eval_on_selector_all(
        ".xd-side a.nav-link", "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(addresses) > 10
    for address in addresses:
        page.goto(address)
        assert page.locator("h1").count() == 1
        unnamed = page.eval_on_selector_all(
            "a, button, input:not([type=hidden]), select, textarea",
            """nodes => nodes.filter(node => !(node.textContent.trim() || node.ariaLabel || node.title
                || node.labels?.length || node.alt || node.value)).map(node => node.outerHTML)""",
        )
        assert unnamed == [], address
