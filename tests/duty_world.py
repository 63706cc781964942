"""A hospital in whose records duties are broken and mended: a graded inventory, requests, windows, people in posts.

Everything is made once; a test acts in it as the web server would and is rolled back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction

from hospital import Hospital, OwnerRole, found
from xingdun.access import services as access
from xingdun.access.models import Grant, Protection, Request, RowRule
from xingdun.approvals import services as approvals
from xingdun.approvals.models import Process
from xingdun.data import grades
from xingdun.data.models import Column, Dataset, Scan, Source
from xingdun.data.services import dataset_confirm
from xingdun.data.services.findings import dataset_recount
from xingdun.frame.context import acting_in, current
from xingdun.frame.models import WEB
from xingdun.frame.roles import Role
from xingdun.kernel.discovery.grading import Grade
from xingdun.obligations import services as obligations
from xingdun.organisation.models import Person

C1 = Grade("clinical", ("C1",), "internal", 4, "general")
C2 = Grade("public_health", ("C2",), "internal", 4, "important")
PLAIN = Grade("operations", (), "internal", 2, "general")
TABLES = {
    "patient": {"姓名": ("person_name", "direct", C1), "诊断名称": ("diagnosis", "sensitive", C1)},
    "epidemic": {"病原体": ("diagnosis", "sensitive", C2)},
    "supply": {"数量": ("number", "none", PLAIN)},
}
_logins = count(1)


@dataclass
class World(Hospital):
    """The hospital with its inventory."""

    source: Source = None  # type: ignore[assignment] # made by `build`
    key_holders: list[Person] = field(default_factory=list)

    def dataset(self, name: str) -> Dataset:
        """A dataset by its table's name."""
        return Dataset.objects.get(name=name, source=self.source)

    def column(self, table: str, name: str) -> Column:
        """A column by its table's and its own name."""
        return Column.objects.select_related("dataset").get(dataset__name=table, name=name, dataset__source=self.source)

    def ask(self, table: str = "patient", **facts: Any) -> Request:
        """A request of the applicant for every column of a table."""
        facts = {
            "purpose": "research",
            "legal_basis": "ethics_approval",
            "project_number": "2026-01",
            "reason": "回顾性研究",
            "days": 7,
            **facts,
        }
        columns = Column.objects.select_related("dataset").filter(dataset__name=table, dataset__source=self.source)
        return access.request_create(source=self.source, columns=columns, by=self.applicant, now=self.now, **facts)

    def approve(self, request: Request, *people: Person) -> Request:
        """Approve its steps, by default those of one without key holders."""
        for person in people or (self.department_head, self.dso):
            request = access.request_approve(request=request, by=person, now=self.now)
        return request

    def open(self, request: Request, **facts: Any) -> Grant:
        """A window as `grant_open` keeps it, without a source behind it."""
        Request.objects.filter(pk=request.pk).update(state=Request.State.OPEN)
        facts = {"opened_at": self.now, "expires_at": self.now + timedelta(days=request.days), **facts}
        return Grant.objects.create(
            institution=self.institution,
            request=request,
            source=self.source,
            person=request.applicant,
            login=f"xd_duty_{next(_logins)}",
            **facts,
        )

    def window(self, table: str = "patient", **facts: Any) -> Grant:
        """An open window onto a table, asked for and approved."""
        return self.open(self.approve(self.ask(table, **facts)))

    def break_glass(self, reason: str = "急诊抢救") -> Grant:
        """A break-glass window onto one patient's rows, as `grant_break_glass` keeps it."""
        asked = Request.objects.create(
            institution=self.institution,
            number=900 + next(_logins),
            applicant=self.applicant,
            source=self.source,
            purpose="care",
            legal_basis="vital_interest",
            reason=reason,
            days=1,
            filed_at=self.now,
            decided_at=self.now,
        )
        column = self.column("patient", "姓名")
        asked.columns.create(
            institution=self.institution, column=column, mask={"kind": "clear"}, mask_reason="break-glass"
        )
        RowRule.objects.create(institution=self.institution, request=asked, column=column, values=["7"])
        return self.open(
            asked,
            expires_at=self.now + timedelta(hours=4),
            break_glass=True,
            review_due_at=self.now + timedelta(hours=72),
        )

    def close(self, grant: Grant) -> Grant:
        """Revoke a window."""
        return access.grant_close(grant=grant, reason="不再需要", by=self.dso, now=self.now)

    def as_owner(self) -> OwnerRole:
        """What only the database's owner may do: to break what the platform itself would refuse."""
        return OwnerRole()

    @contextmanager
    def acting_for_a_test(self) -> Iterator["World"]:
        """Act in the hospital with the web server's rights; what happens is undone."""
        with acting_in(self.institution.pk, address="127.0.0.1"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {WEB}")
            yield self
            transaction.set_rollback(True)


def build(now: datetime) -> World:
    """The hospital, made with the owner's rights."""
    plain = found("杏坛医院", "duty-", now)
    world = World(**{each.name: getattr(plain, each.name) for each in fields(Hospital)})
    with acting_in(world.institution.pk):
        world.key_holders = [world.person(f"duty-key-{n}", Role.KEY_HOLDER, department="MED") for n in ("one", "two")]
        world.source = Source.objects.create(
            institution=world.institution,
            name="医院信息系统",
            kind=Source.Kind.POSTGRESQL,
            address="postgresql://reader@127.0.0.1:9/his",
            department=world.departments["MED"],
            state=Source.State.REACHABLE,
            created_at=now,
        )
        Protection.objects.create(
            institution=world.institution,
            source=world.source,
            administrator="windows",
            secret="-",
            prepared_at=now,
            watched_at=now,
            log_folder="pg_log",
        )
        scan(world, now)
        for name, columns in TABLES.items():
            add_table(world, name, columns)
            dataset_confirm(dataset=world.dataset(name), by=world.dso, now=now)
    return world


def institution_here() -> Any:
    """The institution the call acts in."""
    return current().institution


def scan(world: World, at: datetime) -> Scan:
    """A scan that went through to its end."""
    return Scan.objects.create(
        institution=world.institution,
        source=world.source,
        state=Scan.State.FINISHED,
        mode=Scan.Mode.FULL,
        queued_at=at,
        started_at=at,
        finished_at=at,
    )


def add_table(world: World, name: str, columns: dict[str, tuple[str, str, Grade]]) -> Dataset:
    """A table as a scan finds it: nobody has decided on its columns."""
    dataset = Dataset.objects.create(
        institution=world.institution,
        source=world.source,
        name=name,
        department=world.departments["MED"],
        first_seen_at=world.now,
        last_seen_at=world.now,
    )
    for column, facts in columns.items():
        add_column(world, dataset, column, facts)
    return dataset


def add_column(world: World, dataset: Dataset, name: str, facts: tuple[str, str, Grade]) -> Column:
    """A column as a scan finds it; facts: its entity, how identifying it is, and the grade suggested."""
    entity, identifier, grade = facts
    made = Column.objects.create(
        institution=world.institution,
        dataset=dataset,
        name=name,
        position=dataset.columns.count() + 1,
        entity=entity,
        entities=[entity],
        identifier=identifier,
        confidence=0.9,
        last_seen_at=world.now,
        **grades.axes(grade, "suggested_"),
        **grades.axes(grade),
    )
    dataset_recount(dataset)
    return made


def reads(world, contradiction, alternative):
    """Another reading, asked for and decided by the head."""
    asked = {"contradiction": contradiction, "alternative": alternative, "reason": "院务会决定"}
    choice = obligations.readingchoice_create(
        **asked, expires_at=world.now + timedelta(days=90), by=world.dso, now=world.now
    )
    process = Process.objects.get(about=choice.reference, state="open")
    approvals.process_approve(process=process, by=world.head, now=world.now)
    choice.refresh_from_db()
    return choice
