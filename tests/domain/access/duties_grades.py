"""Scenarios of the duties a grade asks of every window: it rises while a window is open, and that breaks them."""

from duty_world import C1
from scenarios import scenario
from xingdun.access.models import Grant
from xingdun.data.services import column_override
from xingdun.organisation import services as organisation


def raised(world, column, **axes):
    """The data security officer decides on a stricter grade."""
    facts = {
        "business": "clinical",
        "subject": ["C1"],
        "sensitivity": "internal",
        "level": 4,
        "national_class": "general",
    }
    column_override(
        column=column, **{**facts, **axes}, reason="重新评估", state_secret=False, by=world.dso, now=world.now
    )


def closing_mends(world, duty, window, table="patient"):
    duty.is_broken(about=world.dataset(table))
    world.close(window)
    duty.is_met(about=world.dataset(table))


@scenario("c2-two-persons")
def two_keys_open_c2(world, duty):
    window = world.window()
    duty.is_met(about=world.dataset("patient"))
    raised(world, world.column("patient", "诊断名称"), subject=["C1", "C2"], national_class="important")
    closing_mends(world, duty, window)
    kept = world.ask("epidemic")
    world.open(world.approve(kept, world.department_head, world.dso, *world.key_holders))
    duty.is_met(about=world.dataset("epidemic"))


@scenario("confidential-level")
def confidential_data_need_the_state(world, duty):
    window = world.window()
    duty.is_met(about=world.dataset("patient"))
    raised(world, world.column("patient", "姓名"), sensitivity="confidential", level=5)
    closing_mends(world, duty, window)


@scenario("c3-authorised-bodies")
def only_authorised_bodies_use_c3(world, duty):
    window = world.window()
    duty.is_met(about=world.dataset("patient"))
    raised(world, world.column("patient", "诊断名称"), subject=["C1", "C3"])
    duty.is_broken(about=world.dataset("patient"))
    profile = {"institution": world.institution, "by": world.system_admin, "now": world.now}
    organisation.institution_update(authorised_body=True, **profile)
    duty.is_met(about=world.dataset("patient"))
    organisation.institution_update(authorised_body=False, **profile)
    closing_mends(world, duty, window)


@scenario("masking")
def a_grade_that_rises_outdates_the_mask(world, duty):
    window = world.window("supply", purpose="quality", legal_basis="statutory_duty")
    window.request.columns.update(mask={"kind": "clear"})
    duty.is_met(about=world.dataset("supply"))
    column = world.column("supply", "数量")
    type(column).objects.filter(pk=column.pk).update(entity="person_name", identifier="direct")
    raised(world, column, business="operations")
    closing_mends(world, duty, window, "supply")


@scenario("staff-privacy")
def an_emergency_sees_one_patient(world, duty):
    window = world.break_glass()
    duty.is_met(about=world.dataset("patient"))
    window.request.rows.all().delete()
    closing_mends(world, duty, window)
    assert C1.subject == ("C1",)
    assert Grant.objects.get(pk=window.pk).closed_at
