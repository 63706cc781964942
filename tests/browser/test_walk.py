"""The walk of one record, by different people, in the browser: asked, approved, opened, used, revoked, proven."""

import re
import time

import psycopg
import pytest


def eventually(look, holds, *, seconds=300, pause=0.5):
    ends = time.monotonic() + seconds
    while not holds(found := look()) and time.monotonic() < ends:
        time.sleep(pause)
    assert holds(found), found
    return found


def wait_for_the_scan(visitor):
    def states():
        visitor.go("/console/data.scan/")
        return visitor.page.locator("tbody tr").all_inner_texts()

    # The table's own head has a column "finished"; a row says it of its scan.
    eventually(states, lambda rows: any("finished" in row for row in rows), pause=2)  # each look slows the scan down


def ask(visitor, table, columns, **facts):
    """File a request for columns of one table; gives its page's address."""
    page = visitor.go("/console/access.request/-/create/")
    page.fill("[data-choices-find]", table)
    group = page.locator(
        "[data-choices-group]", has=page.locator("summary", has_text=re.compile(rf"\b{table}\b"))
    ).first
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    for column in columns:
        group.locator(f'[data-choices-name="{column}"] input').check()
    page.select_option("[name=source]", index=1)
    for name, value in {
        "purpose": "research",
        "legal_basis": "ethics_approval",
        "project_number": "2026-07",
        **facts,
    }.items():
        if name in {"purpose", "legal_basis", "recipient"}:
            page.select_option(f"[name={name}]", value)
        else:
            page.fill(f"[name={name}]", value)
    page.fill("[name=reason]", "Retrospective study of outcomes")
    visitor.press("Ask for data")
    assert re.search(r"/console/access\.request/[0-9a-f-]{36}/$", page.url), visitor.words
    return page.url.removeprefix(visitor.address)


def approve(visitor, request):
    visitor.go(f"{request}approve/")
    visitor.press("Approve")
    assert "Done" in visitor.page.inner_text("body"), visitor.words


def open_window(visitor, request):
    """What is shown once: where to connect, as whom, with which password."""
    visitor.go(f"{request}open/")
    visitor.press("Open the window")
    shown = dict(
        zip(visitor.page.locator("dt").all_inner_texts(), visitor.page.locator("dd").all_inner_texts(), strict=True)
    )
    return {name.strip().lower(): value.split()[0] for name, value in shown.items()}


def connect(shown):
    return psycopg.connect(
        host=shown["host"],
        port=shown["port"],
        dbname=shown["database"],
        user=shown["login"],
        password=shown["password"],
        autocommit=True,
    )


def test_the_walk_of_one_record(platform, signed_in, tmp_path):
    with signed_in("dso") as dso:
        wait_for_the_scan(dso)

    with signed_in("researcher") as researcher:
        personal = ask(researcher, "pat_master", ["xm", "sfzh", "csrq", "xb"])
        researcher.go(f"{personal}open/")
        assert "does not allow this now" in researcher.words

    with signed_in("head-records") as head:
        head.go("/desk/")
        assert "Medical research" in head.words or "medical research" in head.words
        approve(head, personal)
    with signed_in("dso") as dso:
        approve(dso, personal)

    with signed_in("researcher") as researcher:
        shown = open_window(researcher, personal)
        important = ask(researcher, "gene_seq", ["gene", "variant"], state_approval="2026-GENE-7")

    with connect(shown) as client:
        rows = client.execute("SELECT * FROM pat_master LIMIT 50").fetchall()
        assert rows
        assert not re.search(r"\b\d{17}[\dXx]\b", str(rows)), "a resident identity number left in clear"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.execute("SELECT * FROM his.pat_master")

        with signed_in("head-records") as head:
            approve(head, important)
        with signed_in("dso") as dso:
            approve(dso, important)
        with signed_in("keyholder-a") as one:
            approve(one, important)
        with signed_in("researcher") as researcher:
            researcher.go(important)
            assert "approved, not opened" not in researcher.words
        with signed_in("keyholder-b") as two:
            approve(two, important)
        with signed_in("researcher") as researcher:
            genes = open_window(researcher, important)
        with connect(genes) as second:
            assert second.execute("SELECT count(*) FROM gene_seq").fetchone()[0] >= 0

        with signed_in("dso") as dso:
            dso.go(f"/console/access.grant/?q={shown['login']}")
            dso.page.locator("main table a[href^='/console/access.grant/']", has_text=shown["login"]).first.click()
            dso.page.wait_for_load_state()
            dso.follow("Revoke")
            dso.page.fill("[name=reason]", "The study was stopped")
            dso.page.get_by_role("button", name="Revoke", exact=True).click()
            dso.press("Continue")  # whoever leaves before it is sent has revoked nothing
            assert "Done" in dso.page.inner_text("body"), dso.words

        def ended():
            try:
                client.execute("SELECT 1")
            except psycopg.OperationalError:
                return True
            return False

        eventually(ended, bool)

    assert_sound(platform, tmp_path)


def assert_sound(platform, tmp_path):
    """The ledger proves it all: in the database, and from a file alone."""
    verified = platform.run("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    file = tmp_path / "ledger.zip"
    exported = platform.run("ledger", "export", "--out", str(file))
    assert exported.returncode == 0, exported.stderr
    checked = platform.run("verify", str(file))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "sound" in checked.stdout
