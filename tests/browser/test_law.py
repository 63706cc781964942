"""The law's pages in Chromium: where we stand, the morning list, and the heat map down to a clause."""

import re

import pytest

from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def keys(page, *pressed):
    for key in pressed:
        page.keyboard.press(key)


def focused(page):
    """Where the link in focus leads."""
    return page.evaluate("document.activeElement.getAttribute('href')")


def test_the_head_reads_where_we_stand_and_a_clause_is_reached_by_keys(browse, hospital):
    from standing import measured  # Django stands once a test runs

    measured(hospital)
    for role, language, narrow in ((Role.HEAD, "en", True), (Role.HEAD, "zh-hans", False)):
        page = browse(role, "/law/", language=language, narrow=narrow)
        for path in (
            "/law/",
            "/law/agenda/",
            "/law/clauses/?state=violated",
            "/law/clauses/MEASURES-10f/",
            "/law/scores/",
        ):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
            assert page.locator("h1").count() == 1

    page.goto("/law/")
    page.wait_for_selector("[data-chart] canvas")
    page.click("text=以表格查看")
    page.locator(".xd-chart-table a").first.click()
    page.wait_for_url(re.compile(r"/law/clauses/\?document=\w+&state=violated"))
    cells = page.locator(".xd-heat .xd-cell-violated:not(.xd-cell-faint)")
    assert page.locator("#table tbody tr").count() == cells.count() > 0

    page.goto("/law/clauses/")
    assert not page.locator("#table").get_attribute("open")
    page.locator(".xd-legend a").last.focus()
    keys(page, "Tab", "Tab")  # past the number of the document's clauses
    assert focused(page) == "/law/clauses/MEASURES-1a/"
    keys(page, "ArrowRight", "ArrowRight")
    assert focused(page) == "/law/clauses/MEASURES-2a/"
    keys(page, "ArrowLeft", "ArrowDown")
    assert focused(page) not in {"/law/clauses/MEASURES-1b/", "/law/clauses/MEASURES-2a/"}
    keys(page, "Home", "Enter")
    page.wait_for_url(re.compile("/law/clauses/MEASURES-1a/"))
    page.click("[rel=next]")
    page.wait_for_url(re.compile("/law/clauses/MEASURES-1b/"))

    page.goto("/law/agenda/")
    assert "人员背景审查" in page.inner_text("#violated")
    page.locator("#due td.xd-kind-record a").first.click()
    page.wait_for_url(re.compile("/console/assets.network/"))
    assert page.locator("h1").inner_text() in {"HIS 医院信息系统", "PACS 影像归档系统"}
