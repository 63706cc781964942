"""The pages that are no registers, the headers of all, and the answers to what goes wrong."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from xingdun.doors.console.security import POLICY
from xingdun.frame import overview
from xingdun.frame.permissions import PERMISSIONS
from xingdun.frame.registers import registers
from xingdun.frame.roles import Role

pytestmark = pytest.mark.django_db
OWN_PAGES = ["/", "/desk/", "/account/", "/account/tokens/new/", "/settings/"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", OWN_PAGES)
def test_each_page_stands_in_both_languages(hospital, address, language):
    client = hospital.client(Role.DSO)
    client.cookies["django_language"] = language
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert f'<html lang="{language}"' in text
    assert text.count("<h1") == 1
    assert "<main" in text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_finds_its_way(hospital, role):
    client = hospital.client(role)
    assert client.get("/account/").status_code == 200
    first = client.get("/")
    assert first.status_code == (200 if role in PERMISSIONS["console.overview.view"] else 403)
    for address in re.findall(r'class="nav-link" href="([^"]+)"', first.content.decode()):
        assert client.get(address).status_code == 200, address


def test_pages_carry_the_headers_that_keep_foreign_code_out(hospital):
    page = hospital.client(Role.DSO).get("/")
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("address", [*OWN_PAGES, "/console/organisation.person/", "/accounts/login/"])
def test_no_page_has_inline_code_or_styles(hospital, address):
    client = hospital.client(None if "login" in address else Role.DSO)
    text = client.get(address).content.decode()
    for script in re.findall(r"<script([^>]*)>", text):
        assert "src=" in script or 'type="application/json"' in script
    assert "<style" not in text
    assert not re.search(r'\sstyle="', text)
    assert not re.search(r'\son\w+="', text)
    assert not re.search(r'(src|href)="(https?:)?//', text)


def test_static_files_need_nobody_outside():
    vendor = Path(finders.find("console/console.css")).parent / "vendor"
    for folder in ("tabler", "echarts", "htmx", "icons"):
        assert (vendor / folder / "LICENSE").exists()
    for file in vendor.rglob("*.min.*"):
        assert "sourceMappingURL" not in file.read_text(encoding="utf-8")


def test_every_icon_that_is_named_is_in_the_sprite():
    console = Path(finders.find("console/console.css")).parent
    sprite = set(re.findall(r'id="([\w-]+)"', (console / "vendor/icons/icons.svg").read_text()))
    named = {register.icon for register in registers.values()} | {tile.icon for tile in overview.tiles.values()}
    templates = console.parent.parent / "templates"
    for template in templates.rglob("*.html"):
        named |= set(re.findall(r'{% icon "([\w-]+)"', template.read_text(encoding="utf-8")))
    assert named - sprite == set()


def test_the_language_is_switched_on_the_page_and_kept(hospital):
    client = hospital.client(Role.DSO)
    answer = client.post("/language/", {"language": "en", "next": "/console/organisation.person/?q=x"})
    assert answer.url == "/console/organisation.person/?q=x"
    assert '<html lang="en"' in client.get(answer.url).content.decode()
    hospital.dso.account.refresh_from_db()
    assert hospital.dso.account.language == "en"


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_switching_the_language_leads_nowhere_else(hospital, back):
    assert hospital.client().post("/language/", {"language": "en", "next": back}).url == "/"


def test_an_unknown_language_changes_nothing(hospital):
    answer = hospital.client().post("/language/", {"language": "xx"})
    assert "django_language" not in answer.cookies


def test_the_first_page_links_every_number(hospital, entries):
    entries(2)
    page = hospital.client(Role.DSO).get("/")
    assert page.context["tiles"]
    for tile in page.context["tiles"]:
        if tile["first"]["address"]:
            assert hospital.client(Role.DSO).get(tile["first"]["address"]).status_code == 200


def test_charts_have_their_table(hospital, monkeypatch):
    chart = overview.Chart(
        "stack",
        ["甲", "<b>乙</b>"],
        [overview.Series("一级", [1, 2000], [overview.Link("organisation.person"), None])],
        rows="来源",
    )
    panel = overview.Panel("test.panel", "Where?", "console.overview.view", lambda _viewer: chart, "empty")
    monkeypatch.setattr("xingdun.doors.console.views.overview.panels", {"test.panel": panel})
    page = hospital.client(Role.DSO).get("/")
    text = page.content.decode()
    data = json.loads(re.search(r'id="chart-test-panel" type="application/json">(.*?)</script>', text)[1])
    assert data["series"][0]["values"] == [1, 2000]
    assert data["series"][0]["links"] == ["/console/organisation.person/", ""]
    assert "<b>乙</b>" not in text
    assert "2,000" in text


def test_an_empty_panel_says_what_to_do_next(hospital, monkeypatch, words):
    panel = overview.Panel(
        "test.panel", "Where?", "console.overview.view", lambda _viewer: None, "Scan something first."
    )
    monkeypatch.setattr("xingdun.doors.console.views.overview.panels", {"test.panel": panel})
    assert "Scan something first." in words(hospital.client(Role.DSO).get("/"))


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "没有这个页面"), ("en", "There is no such page")])
def test_a_wrong_address_is_told_in_the_reader_s_language(hospital, language, said, words):
    client = hospital.client(Role.DSO)
    client.cookies["django_language"] = language
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert said in words(page)


def test_what_goes_wrong_inside_is_told_without_its_insides(hospital, monkeypatch, words):
    monkeypatch.setattr("xingdun.doors.console.views.overview.shown_tiles", lambda _viewer: 1 / 0)
    client = hospital.client(Role.DSO)
    client.raise_request_exception = False
    page = client.get("/")
    assert page.status_code == 500
    assert "XD-DOOR-003" in words(page)
    assert "ZeroDivisionError" not in page.content.decode()


def test_every_page_of_the_console_names_a_permission_of_the_table():
    from xingdun.doors.console.urls import urlpatterns

    for pattern in urlpatterns:
        view = pattern.callback
        assert view.public or view.permission in PERMISSIONS, pattern.name
