"""What an administrator gets from `xingdun doctor`: what is wrong, by name, and how to mend it."""

import json

import psycopg
import pytest

from installation import eventually


def findings(installation, *, expect, **settings):
    done = installation.run("doctor", "--format", "json", **settings)
    assert done.returncode == expect, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["well"] is (expect == 0)
    return {each["key"]: each for each in told["findings"]}


def owner(installation, *statements):
    with psycopg.connect(installation.owner, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_running_platform_is_well_and_said_to_be_in_both_languages(installation, tmp_path):
    seal = installation.start("seal", role="sealer", XINGDUN_WITNESSES=str(tmp_path / "witness"))
    eventually((tmp_path / "witness" / "checkpoint").exists, "a checkpoint is witnessed")
    installation.all_sealed()
    found = findings(installation, expect=0, XINGDUN_WITNESSES=str(tmp_path / "witness"))
    assert {key for key, each in found.items() if each["state"] != "ok"} <= {"worker", "disk"}
    assert {"cryptography", "root-key", "data", "database", "migrations", "rights", "row-security"} <= found.keys()
    assert {"clock", "clock-jump", "signing-keys", "published", "sealing", "retention", "witness"} <= found.keys()
    english = installation.run("doctor", XINGDUN_LANGUAGE="en")
    chinese = installation.run("doctor")
    assert "Sealing of the ledger: a sealer runs" in english.stdout
    assert "账本封存" in chinese.stdout
    seal.stop()


def test_it_names_what_is_wrong_and_how_to_mend_it(installation):
    """Several things at once, each by its own key."""
    owner(
        installation,
        "GRANT UPDATE ON audit_entry TO xingdun_web",
        "REVOKE INSERT ON audit_entry FROM xingdun_sealer",
        "ALTER TABLE organisation_department DISABLE ROW LEVEL SECURITY",
        "DELETE FROM django_migrations WHERE app = 'sessions'",
    )
    found = findings(installation, expect=4)
    assert found["migrations"]["state"] == "failed"
    owner(
        installation,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', now())",
        "UPDATE audit_pending SET at = now() - interval '1 hour'",
    )
    key = installation.data / "secrets" / "root.key"
    key.rename(key.with_suffix(".lost"))
    (installation.data / "ledger" / "keys.txt").unlink()
    found = findings(installation, expect=4, XINGDUN_LANGUAGE="en")
    assert "xingdun_web may UPDATE audit_entry" in found["rights"]["found"]
    assert "xingdun_sealer may not INSERT audit_entry" in found["rights"]["found"]
    assert "organisation_department" in found["row-security"]["found"]
    assert "XD-KEYS-001" in found["root-key"]["found"]
    assert "XD-KEYS-001" in found["signing-keys"]["found"]
    assert "XD-AUDIT-008" in found["published"]["found"]
    assert found["sealing"]["state"] == "failed"
    assert all(each["mend"] for each in found.values() if each["state"] != "ok")


def test_a_database_set_back_behind_its_checkpoint_is_told(installation, tmp_path):
    seal = installation.start("seal", role="sealer", XINGDUN_WITNESSES=str(tmp_path / "witness"))
    eventually((tmp_path / "witness" / "checkpoint").exists, "a checkpoint is witnessed")
    seal.stop()
    owner(
        installation,
        "ALTER TABLE audit_checkpoint DISABLE TRIGGER USER",
        "DELETE FROM audit_checkpoint",
    )
    found = findings(installation, expect=4, XINGDUN_WITNESSES=str(tmp_path / "witness"))
    assert "XD-AUDIT-002" in found["published"]["found"]
    assert "XD-AUDIT-002" in found["witness"]["found"]


def test_a_witness_that_keeps_nothing_is_told(installation, tmp_path):
    seal = installation.start("seal", role="sealer")
    installation.all_sealed()
    seal.stop()
    (tmp_path / "witness").write_text("no folder")
    found = findings(installation, expect=0, XINGDUN_WITNESSES=str(tmp_path / "witness"))
    assert (found["witness"]["state"], found["sealing"]["state"]) == ("warning", "warning")


@pytest.mark.parametrize("fault", ["away", "setting", "never prepared"])
def test_it_stands_where_nothing_else_does(installation, tmp_path, fault):
    if fault == "away":
        installation.server.stop()
        found = findings(installation, expect=4)
        assert found["database"]["state"] == "failed"
        assert found["cryptography"]["state"] == "ok"
    elif fault == "setting":
        found = findings(installation, expect=4, XINGDUN_PROT="1")
        assert "XD-RUNTIME-009" in found["settings"]["found"]
    else:
        found = findings(installation, expect=4, XINGDUN_DATA=str(tmp_path / "new"), XINGDUN_DATABASE_URL="")
        assert "XD-RUNTIME-017" in found["settings"]["found"]
