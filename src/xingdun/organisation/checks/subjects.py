"""The people duties are about, and what they tell of the institution."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from xingdun.frame.checks import Facts, Subject, facts_from, subjects_of
from xingdun.frame.roles import Role
from xingdun.organisation import selectors
from xingdun.organisation.models import Appointment, Person, Post

SECURITY_POSTS = frozenset(Post.Kind) - {Post.Kind.EMERGENCY}
SEES_HEALTH_DATA = (Role.APPLICANT, Role.DEPARTMENT_HEAD, Role.DSO, Role.KEY_HOLDER)


def here(facts: Facts) -> QuerySet[Person]:
    """Whoever has not left, or those of them asked about."""
    keys = facts.keys("organisation.person")
    found = Person.objects.filter(left_at__isnull=True).only("pk", "employer", "department_id").order_by("pk")
    return found if keys is None else found.filter(pk__in=keys)


def posts_by_person() -> dict[UUID, list[Post]]:
    """The posts that are held, by who holds them."""
    held: dict[UUID, list[Post]] = defaultdict(list)
    for post in selectors.posts_held():
        held[post.person_id].append(post)
    return held


@subjects_of(
    "person",
    record="organisation.person",
    reads=("organisation.person", "organisation.appointment", "organisation.post"),
)
def people_here(facts: Facts) -> Iterator[Subject]:
    """Everyone who is here, and whoever left with something of theirs still open."""
    still_appointed = Appointment.objects.filter(closed_at__isnull=True, person__left_at__isnull=False).values("person")
    open_after = Q(account__is_active=True) | Q(pk__in=still_appointed)
    keys = facts.keys("organisation.person")
    people = Person.objects.filter(Q(left_at__isnull=True) | open_after).order_by("pk")
    people = people.only("pk", "name", "employer", "department_id")
    if keys is not None:
        people = people.filter(pk__in=keys)
    appointed = Appointment.objects.filter(selectors.in_force(facts.now), role__in=SEES_HEALTH_DATA)
    handles = frozenset(appointed.values_list("person", flat=True))
    held = posts_by_person()
    for person in people:
        posts = held.get(person.pk, [])
        told = {
            "person_internal": not person.employer,
            "person_external": bool(person.employer),
            "handles_health_information": person.pk in handles,
            "security_post": any(post.kind in SECURITY_POSTS for post in posts),
            "certified_post": any(post.certified for post in posts),
        }
        yield Subject(person.reference, person.name, person.department_id, told)


@facts_from(reads=("organisation.person",))
def people_facts(facts: Facts) -> Mapping[str, Any]:
    """What the people show of the institution; what they do not show may be so all the same and stays unsaid."""
    del facts
    outsiders = Person.objects.filter(left_at__isnull=True).exclude(employer="").exists()
    return {"has_third_parties": True} if outsiders else {}
