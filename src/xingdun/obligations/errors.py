"""What obligations refuse, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class NoSuchDuty(Refusal):
    """The catalogue has no such duty."""

    code = "XD-OBLIGATIONS-001"
    what = _("The catalogue has no duty “{duty}”.")
    todo = _("Choose one from the list of duties.")
    status = 422


class NoSuchFact(Refusal):
    """The catalogue's vocabulary has no such fact, or it is not the institution's to answer."""

    code = "XD-OBLIGATIONS-002"
    what = _("“{fact}” is no fact that the institution answers.")
    todo = _("Choose one of the facts that the profile leaves open.")
    status = 422


class AnswerOfWrongType(Refusal):
    """The value does not fit the fact."""

    code = "XD-OBLIGATIONS-003"
    what = _("The answer does not fit the fact “{fact}”: it takes a value of the type {type}.")
    todo = _("Answer yes or no, with a whole number, or with the words of a list.")
    status = 422


class NoSuchReading(Refusal):
    """The contradiction has no such alternative."""

    code = "XD-OBLIGATIONS-004"
    what = _("The contradiction {contradiction} has no alternative reading “{alternative}”.")
    todo = _("Choose one of the alternatives the catalogue names.")
    status = 422


class TermTooLong(Refusal):
    """A departure ends within a bounded time, and after now."""

    code = "XD-OBLIGATIONS-005"
    what = _("It would last until {until}; it ends after now and within {days} days.")
    todo = _("Choose an earlier day; it can be asked for again.")
    status = 422


class AskedAlready(Refusal):
    """One such request waits or is in force."""

    code = "XD-OBLIGATIONS-006"
    what = _("The same is asked for or in force already.")
    todo = _("End or withdraw the one there is, or wait until it expires.")


class NotInForce(Refusal):
    """Only what is in force can be ended, only what waits withdrawn."""

    code = "XD-OBLIGATIONS-007"
    what = _("It is not in a state that allows this ({state}).")
    todo = _("Reload the page.")


class NoticeRefused(Refusal):
    """The file is no year's notice, or contradicts itself."""

    code = "XD-OBLIGATIONS-008"
    what = _("The notice cannot be taken: {problem}")
    todo = _("Give the State Council's notice as a text file, or the data form; nothing was changed.")
    status = 422


class NoticeKnown(Refusal):
    """The year's notice is imported already, with the same content."""

    code = "XD-OBLIGATIONS-009"
    what = _("The notice of {year} is known already.")
    todo = _("Nothing is to be done; a corrected notice has another text.")


class NoSuchSubject(Refusal):
    """The duty is not about that record."""

    code = "XD-OBLIGATIONS-010"
    what = _("The duty has no answer about “{subject}”.")
    todo = _("Choose a subject from the posture of this duty, or leave it empty for the duty as a whole.")
    status = 422


class NothingMeasured(Refusal):
    """No answer is kept yet, so that there is nothing to tell others."""

    code = "XD-OBLIGATIONS-011"
    what = _("Nothing was measured yet, so there is no posture to hand out.")
    todo = _("Wait for the first measurement; it follows the start of the platform by itself.")


class NothingOpen(Refusal):
    """No duty is red and no finding open; OSCAL has no plan of action without an item."""

    code = "XD-OBLIGATIONS-012"
    what = _("No duty is violated or overdue and no finding is open, so there is nothing to plan.")
    todo = _("Hand out the assessment results instead: they show how each duty stands.")
