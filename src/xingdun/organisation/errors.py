"""What the organisation refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class RolesExclude(Refusal):
    """Security administrator, system administrator and auditor are never one person."""

    code = "XD-ORG-001"
    what = _("{person} already holds the role {held}, which excludes {role}.")
    todo = _("End the other appointment first, or appoint somebody else.")
    clauses = ("MEASURES-5f", "INTERNET-10.2b")


class AlreadyAppointed(Refusal):
    """The person holds the role already."""

    code = "XD-ORG-002"
    what = _("{person} already holds the role {role}.")
    todo = _("Nothing needs to be done; change the end of the appointment if that was meant.")


class AlreadyLeft(Refusal):
    """Nothing can be given to someone who has left."""

    code = "XD-ORG-003"
    what = _("{person} has left the institution.")
    todo = _("Register the person again when they come back.")
    clauses = ("MEASURES-10d",)


class Taken(Refusal):
    """A name that must be unique is in use."""

    code = "XD-ORG-004"
    what = _("{what} “{value}” is in use already.")
    todo = _("Choose another one.")


class AppointmentClosed(Refusal):
    """The appointment has ended already."""

    code = "XD-ORG-005"
    what = _("This appointment has ended already.")
    todo = _("Reload the page.")


class NotYours(Refusal):
    """A token is revoked by the account it belongs to."""

    code = "XD-ORG-006"
    what = _("This token belongs to another account.")
    todo = _("Ask its owner, or end the person's access.")
    status = 403


class ScopeUnknown(Refusal):
    """A token may only carry actions that its owner's roles include."""

    code = "XD-ORG-007"
    what = _("The scope {scope} is not an action that your roles include.")
    todo = _("Choose among the actions shown.")
    status = 422


class AlreadySuspended(Refusal):
    """The person is suspended."""

    code = "XD-ORG-008"
    what = _("{person} is suspended already.")
    todo = _("Nothing needs to be done.")


class NotSuspended(Refusal):
    """The person is not suspended."""

    code = "XD-ORG-009"
    what = _("{person} is not suspended.")
    todo = _("Nothing needs to be done.")


class PostHeld(Refusal):
    """The person holds this post already."""

    code = "XD-ORG-010"
    what = _("{person} already holds the post {post}.")
    todo = _("End it first when its facts have changed.")


class PostEnded(Refusal):
    """The post has ended already."""

    code = "XD-ORG-011"
    what = _("This post has ended already.")
    todo = _("Reload the page.")


class OwnRecord(Refusal):
    """Nobody establishes things about themselves."""

    code = "XD-ORG-012"
    what = _("This record is about yourself.")
    todo = _("Somebody else must record it.")
    clauses = ("MEASURES-10f",)


class RecordOfTheFuture(Refusal):
    """Its dates do not fit: it was done later than now, or ended before it was done."""

    code = "XD-ORG-013"
    what = _("The dates of this record do not fit.")
    todo = _("It was done at the latest now, and is valid until after that.")
    status = 422
