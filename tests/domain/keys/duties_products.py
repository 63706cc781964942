"""Scenarios of the duties about cryptography."""

from datetime import timedelta

from scenarios import scenario
from xingdun.keys import services


@scenario("cryptography-compliant")
def certificates_are_valid(world, duty):
    duty.is_unknown()
    facts = {"vendor": "某密码公司", "used_for": "存储加密", "by": world.security_admin, "now": world.now}
    old = services.cipherproduct_create(
        name="服务器密码机", certificate="GM001", valid_until=world.now + timedelta(days=10), **facts
    )
    duty.is_met()
    later = world.now + timedelta(days=11)
    duty.is_broken(at=later)
    services.cipherproduct_create(
        name="服务器密码机", certificate="GM002", valid_until=world.now + timedelta(days=900), **facts
    )
    duty.is_broken(at=later)
    services.cipherproduct_retire(cipherproduct=old, by=world.security_admin, now=world.now)
    duty.is_met(at=later)
