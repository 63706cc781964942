"""Posts of security: filled, by a letter of appointment, and kept apart."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, violated
from xingdun.frame.permissions import permitted
from xingdun.frame.roles import SEPARATED, Role
from xingdun.frame.wording import listed_lazily
from xingdun.kernel.clocks import find_clock, local, next_occurrence
from xingdun.organisation import selectors
from xingdun.organisation.models import Appointment, Post

READS = ("organisation.post", "organisation.person")
TEAM = 2  # a team is more than one person


def _held(*kinds: Post.Kind) -> list[Post]:
    return list(selectors.posts_held().filter(kind__in=kinds))


@check("security-posts", reads=(*READS, "organisation.appointment"))
def security_posts_filled(facts: Facts) -> Verdict:
    """A department leads, its head and administrators are named, and the three administrators are three persons.

    MEASURES-5e, MEASURES-5f, INTERNET-7.1a2, INTERNET-10.2b.
    """
    posts = _held(Post.Kind.LEAD, Post.Kind.ADMINISTRATOR)
    filled = {post.kind for post in posts}
    vacant = [kind.label for kind in (Post.Kind.LEAD, Post.Kind.ADMINISTRATOR) if kind not in filled]
    held = Appointment.objects.filter(selectors.in_force(facts.now), role__in=SEPARATED)
    roles: dict[str, set[object]] = {role: set() for role in SEPARATED}
    for role, person in held.values_list("role", "person"):
        roles[role].add(person)
    vacant += [role.label for role in SEPARATED if not roles[role]]
    if vacant:
        return violated(posts, format_lazy(_("nobody holds: {posts}"), posts=listed_lazily(vacant)))
    everyone = [person for persons in roles.values() for person in persons]
    if len(everyone) != len(set(everyone)):
        return violated(posts, _("one person holds two of the three administrators' roles"))
    return satisfied(posts)


@check("security-responsible-person", reads=READS)
def responsible_person_named(facts: Facts) -> Verdict:
    """Somebody is responsible for information security, by a letter of appointment (INTERNET-6.1a2)."""
    del facts
    posts = _held(Post.Kind.RESPONSIBLE)
    return satisfied(posts) if posts else violated(detail=_("nobody is named"))


@check("data-security-officer", reads=READS)
def officer_full_time(facts: Facts) -> Verdict:
    """One full-time data security officer, who holds no other post (DIGITAL-5.1.2a)."""
    del facts
    posts = _held(Post.Kind.OFFICER)
    if len(posts) != 1:
        return violated(posts, format_lazy(_("{count} hold the post instead of one"), count=len(posts)))
    (post,) = posts
    if not post.full_time:
        return violated(posts, _("the post is not held full time"))
    others = list(selectors.posts_held().filter(person=post.person_id).exclude(pk=post.pk))
    return violated(others, _("the officer holds another post")) if others else satisfied(posts)


@check("it-department", reads=READS)
def it_protects(facts: Facts) -> Verdict:
    """A department answers for technical protection, and system administrators approve nothing (DIGITAL-5.1.2c)."""
    del facts
    posts = _held(Post.Kind.PROTECTION)
    if not posts:
        return violated(detail=_("no department is named for technical protection"))
    if permitted("approvals.process.approve", {Role.SYSTEM_ADMIN}):
        return violated(posts, _("system administrators may approve"))
    return satisfied(posts)


@check("emergency-team", reads=READS)
def emergency_team_stands(facts: Facts) -> Verdict:
    """A team can be reached, and its roster is checked each quarter (INTERNET-6.1c3)."""
    posts = _held(Post.Kind.EMERGENCY)
    if len({post.person_id for post in posts}) < TEAM:
        return violated(posts, _("the team has fewer than two members"))
    oldest = min(post.verified_at or post.since for post in posts)
    due_at = next_occurrence(find_clock("emergency-roster"), facts.calendar, last=oldest).due.at
    if facts.now <= due_at:
        return satisfied(posts, due_at=due_at)
    return pending(due_at, posts, format_lazy(_("its roster was last checked on {day}"), day=local(oldest).date()))
