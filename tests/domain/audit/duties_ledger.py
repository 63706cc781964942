"""Scenarios of the duties about the ledger."""

from datetime import timedelta

from django.db import connection

from scenarios import scenario
from xingdun.audit.models import Checkpoint, Pending


@scenario("log-untampered")
def the_ledger_cannot_be_changed(world, duty):
    duty.is_broken(at=world.now)
    with world.as_owner():
        Pending.objects.all().delete()
        Checkpoint.objects.create(size=1, at=world.now, root=b"0" * 32, sm3_root=b"0" * 32, note="-")
    duty.is_met(at=world.now)
    with world.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays")
    duty.is_broken(at=world.now)
    with world.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_stays")
        cursor.execute("GRANT DELETE ON audit_entry TO xingdun_web")
    duty.is_broken(at=world.now)
    with world.as_owner(), connection.cursor() as cursor:
        cursor.execute("REVOKE DELETE ON audit_entry FROM xingdun_web")
    duty.is_met(at=world.now)
    world.window()
    duty.is_broken(at=world.now + timedelta(minutes=2))
