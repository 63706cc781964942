"""A whole platform as a newcomer starts it, and people who walk its pages in Chromium."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import expect, sync_playwright

# The first is Chromium without windows: a person's pages take it a third of the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 240
expect.set_options(timeout=PATIENCE * 1000)
PASSWORD = "Walk-the-house-2026"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Playwright's event loop lives in the test's thread; the database is used there one call after the other.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"


def code_of(secret):
    """The second factor's code now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class Platform:
    """A running `xingdun up` over a small sample hospital."""

    def __init__(self, data):
        self.data = data
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XINGDUN_", "DJANGO_"))}
        self.environ = {**kept, "XINGDUN_DATA": str(data), "XINGDUN_LANGUAGE": "en", "XINGDUN_PORT": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xingdun", "up", "--scale", "0.01"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=self.environ,
        )
        self.lines = []
        self.address = self._address()
        self.passwords = {
            line.split()[0]: line.split()[1]
            for line in (data / "first-sign-in.txt").read_text(encoding="utf-8").splitlines()
            if len(line.split()) >= 3 and " " * 2 in line
        }

    def _address(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if found := re.search(r"ready: (http://\S+?)/", line):
                return found[1]
        raise AssertionError("\n".join(["it ended:", *self.lines]))

    def run(self, *arguments):
        """A command of the platform, on the same data folder."""
        return subprocess.run(
            [sys.executable, "-m", "xingdun", *arguments],
            capture_output=True,
            text=True,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    started = Platform(tmp_path_factory.mktemp("platform") / "data")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)  # else Playwright's own
        browser = playwright.chromium.launch(args=FLAGS, executable_path=found)
        yield browser
        browser.close()


class Visitor:
    """One person at the pages; what the console of the browser complains of is kept."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.complaints = []
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)

    def go(self, path):
        self.page.goto(f"{self.address}{path}")
        return self.page

    def press(self, name):
        """Send a form, and wait for what is answered."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    @property
    def words(self):
        return self.page.inner_text("main")


@pytest.fixture(scope="session")
def signed_in(platform, chromium, tmp_path_factory):
    """A visitor who is signed in: with the one-time password, a new one, and a second factor where the role asks it."""
    states = {}

    def state_of(login):
        if login in states:
            return states[login]
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{platform.address}/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", platform.passwords[login])
        page.click("main button[type=submit]")
        page.wait_for_selector("input[name=oldpassword]")
        page.fill("input[name=oldpassword]", platform.passwords[login])
        page.fill("input[name=password1]", PASSWORD + login)
        page.fill("input[name=password2]", PASSWORD + login)
        page.click("main form button[type=submit]")
        page.wait_for_load_state()
        page.goto(f"{platform.address}/")
        if "/2fa/" in page.url:
            page.goto(f"{platform.address}/accounts/2fa/totp/activate/")
            secret = re.search(r"\b[A-Z2-7]{32}\b", page.content())[0]
            for _ in range(3):  # once is enough, unless the code's time ends on the way
                page.fill("input[name=code]", code_of(secret))
                page.click("main form button[type=submit]")
                page.wait_for_load_state()
                if "/activate/" not in page.url:
                    break
        states[login] = context.storage_state()
        context.close()
        return states[login]

    @contextmanager
    def entered(login, *, width=1440, language="en"):
        context = chromium.new_context(
            storage_state=state_of(login), viewport={"width": width, "height": 900}, locale="en-GB"
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": platform.address}])
        visitor = Visitor(context.new_page(), platform.address)
        try:
            yield visitor
        finally:
            context.close()

    return entered


@pytest.fixture
def browse(chromium, live_server, hospital):
    """Open a page as someone: `browse(role, "/", language=..., narrow=...)`.

    What the browser complains of (scripts that break, the policy violated) fails the test at its end.
    """
    complaints, contexts = [], []

    def open_page(role, path="/", *, language="zh-hans", narrow=False, dark=False):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=NARROW if narrow else WIDE,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        session = hospital.client(role).cookies[settings.SESSION_COOKIE_NAME].value
        kept = {settings.LANGUAGE_COOKIE_NAME: language, settings.SESSION_COOKIE_NAME: session}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()])
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [said for said in complaints if "status of 4" not in said] == []


@pytest.fixture
def sealing(hospital, as_owner):
    """The installation's ledger, and a sealer at work on it beside the test."""
    from xingdun.runtime import ledger  # Django stands once a test runs
    from xingdun.runtime.settings import ENVIRONMENT

    with as_owner():
        ledger.prepare(ENVIRONMENT)
    ending, begun = threading.Event(), threading.Event()

    def seal():
        try:
            with as_owner():
                sealer = ledger.sealer(ENVIRONMENT)
                sealer.open()
                begun.set()
                sealer.run(should_stop=ending.is_set)
        finally:
            connection.close()

    beside = threading.Thread(target=seal, daemon=True)
    beside.start()
    while not begun.wait(0.1):
        assert beside.is_alive(), "the sealer ended before it began"
    yield
    ending.set()
    beside.join()
    shutil.rmtree(ledger.folder(ENVIRONMENT))  # the next test's database knows nothing of it


@pytest.fixture
def look(pytestconfig, chromium):
    """`look(page, name)`: nothing is cut off, wide or narrow, in either language; `--pictures` keeps what is seen."""
    folder = pytestconfig.getoption("--pictures")
    studio = chromium.new_page() if folder else None

    def look_at(page, name):
        size, address = page.viewport_size, page.url
        kept = next(each for each in page.context.cookies() if each["name"] == settings.LANGUAGE_COOKIE_NAME)
        other = "en" if kept["value"] == "zh-hans" else "zh-hans"
        for language in (other, kept["value"]):
            page.context.add_cookies([{**kept, "value": language}])
            page.goto(address)
            for width, word in ((WIDE, "wide"), (NARROW, "narrow")):
                page.set_viewport_size(width)
                assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], (address, language)
                if folder:
                    page.wait_for_timeout(600)  # charts are drawn anew
                    picture = as_webp(studio, page.screenshot())
                    (Path(folder) / f"{name}-{language[:2]}-{word}.webp").write_bytes(picture)
        page.set_viewport_size(size)

    yield look_at
    if studio:
        studio.close()


def as_webp(page, png):
    """A picture as a browser compresses it."""
    found = page.evaluate(
        """async (png) => {
            const picture = new Image();
            picture.src = "data:image/png;base64," + png;
            await picture.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [picture.width, picture.height];
            canvas.getContext("2d").drawImage(picture, 0, 0);
            return canvas.toDataURL("image/webp", 0.82).split(",")[1];
        }""",
        base64.b64encode(png).decode(),
    )
    return base64.b64decode(found)
