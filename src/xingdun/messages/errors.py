"""What the messages refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class KindUnknown(Refusal):
    """A message is of a declared kind."""

    code = "XD-MESSAGE-001"
    what = _("There is no kind of message “{kind}”.")
    todo = _("Choose one of the kinds that are offered.")
    status = 422


class FactNotAllowed(Refusal):
    """Messages leave the platform, so they name nobody."""

    code = "XD-MESSAGE-002"
    what = _("The fact “{name}” is neither a number, a time, a reference nor a code, so no message carries it.")
    todo = _("Link the record instead; who may see it reads it there.")
    clauses = ("MEASURES-22.4a",)
    status = 422


class FactsMissing(Refusal):
    """A text is told whole or not at all."""

    code = "XD-MESSAGE-003"
    what = _("A message “{kind}” also needs: {names}.")
    todo = _("Give these facts as well.")
    status = 422


class NotYours(Refusal):
    """A message is read by the person it is for."""

    code = "XD-MESSAGE-004"
    what = _("This message is for somebody else.")
    todo = _("Open your own messages.")
    status = 403


class AddressUnusable(Refusal):
    """A channel's address has the form its platform gives."""

    code = "XD-MESSAGE-005"
    what = _("This address cannot be used: {problem}.")
    todo = _("Copy the robot's whole address from the group's settings, beginning with https://.")
    status = 422


class HostNotAllowed(Refusal):
    """Group messages go to the hosts the institution has allowed."""

    code = "XD-MESSAGE-006"
    what = _("Messages may not be sent to {host}.")
    todo = _("Choose one of {hosts}, or let the system administrator set XINGDUN_WEBHOOK_HOSTS.")
    clauses = ("MEASURES-22.4a",)
    status = 422


class AddressForbidden(Refusal):
    """A name may lead to addresses that must never be reached."""

    code = "XD-MESSAGE-007"
    what = _("{host} leads to {address}, which this platform does not send to.")
    todo = _("Check the name; a host of your own needs its network in XINGDUN_WEBHOOK_NETWORKS.")
    status = 422


class NameUnresolved(Refusal):
    """The host's name is not known."""

    code = "XD-MESSAGE-008"
    what = _("The name {host} cannot be resolved.")
    todo = _("Check its spelling and the platform's name server.")
    status = 422


class SecretMissing(Refusal):
    """What is sent to a group is signed."""

    code = "XD-MESSAGE-009"
    what = _("Messages to {kind} are signed, and no secret is given.")
    todo = _("Switch signing on in the robot's settings and copy its secret.")
    status = 422


class MailServerMissing(Refusal):
    """E-mail needs a server."""

    code = "XD-MESSAGE-010"
    what = _("No mail server is set.")
    todo = _("Let the system administrator set XINGDUN_SMTP_HOST and start the platform again.")


class ChannelRetired(Refusal):
    """A retired channel stays retired."""

    code = "XD-MESSAGE-011"
    what = _("This channel is retired.")
    todo = _("Make a new one.")


class NameTaken(Refusal):
    """Two channels in use do not bear one name."""

    code = "XD-MESSAGE-012"
    what = _("A channel “{name}” is there already.")
    todo = _("Choose another name.")
    status = 422


class MustBeTold(Refusal):
    """Alarms reach people."""

    code = "XD-MESSAGE-013"
    what = _("“{kind}” is urgent and cannot be switched off.")
    todo = _("Let it come with the digest instead.")
    status = 422


class NotDelivered(Refusal):
    """The other side did not take the message."""

    code = "XD-MESSAGE-014"
    what = _("The message was not taken: {problem}.")
    todo = _("It is sent again after a pause; look at the channel's page.")
    status = 502
