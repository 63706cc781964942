"""Errors that explain themselves: what happened, what to do, and a code that stays."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Place:
    """Where something that is missing is entered.

    action: `<register>.<action>`, as `frame.permissions` names it. key: of the record it is done to; None for an action
    on the list. missing: the names of what is entered there.
    """

    action: str
    key: Any = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal in the reader's language: stable code, what happened, what to do, the clauses behind it, and where."""

    code: str
    what: str
    todo: str
    clauses: tuple[str, ...]
    places: tuple[Place, ...] = ()


class Refusal(Exception):  # noqa: N818 - the field's word: the platform refuses, and says why
    """The base of every error a person may see.

    Subclasses state `code` (XD-AREA-NNN, never reused), `what` and `todo` (translated, with {facts} filled in),
    the `clauses` they keep and the HTTP `status` under which doors show them. A fact `places` says where to mend it.
    """

    code: ClassVar[str] = "XD-FRAME-000"
    what: ClassVar[Any] = _("The platform refuses this.")
    todo: ClassVar[Any] = _("Ask your security administrator.")
    clauses: ClassVar[tuple[str, ...]] = ()
    status: ClassVar[int] = 409

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts

    def explain(self) -> Explanation:
        """The refusal in the language now active, its facts filled in."""
        return Explanation(
            code=self.code,
            what=str(self.what).format(**self.facts),
            todo=str(self.todo).format(**self.facts),
            clauses=self.clauses,
            places=tuple(self.facts.get("places", ())),  # type: ignore[arg-type] # what raises it gives Places
        )

    def __str__(self) -> str:
        told = self.explain()
        return f"{told.code}: {told.what} {told.todo}"


class NotPermitted(Refusal):
    """The caller's roles do not include this action."""

    code = "XD-FRAME-001"
    what = _("Your roles do not include this action ({action}).")
    todo = _("Ask your security administrator which role includes it.")
    clauses = ("MEASURES-22.4a", "MEASURES-5f")
    status = 403


class NotFound(Refusal):
    """There is no such record in the caller's institution."""

    code = "XD-FRAME-002"
    what = _("There is no such record in your institution.")
    todo = _("Go back to the list and choose one that is there.")
    status = 404


class BadInput(Refusal):
    """A value cannot be taken as it stands; `field` and `problem` say which and why."""

    code = "XD-FRAME-003"
    what = _("{field}: {problem}")
    todo = _("Mend the value and send it again; nothing was written.")
    status = 422


class SignInFirst(Refusal):
    """Nobody is signed in, or the token is not valid any more."""

    code = "XD-FRAME-004"
    what = _("You are not signed in, or your token has ended.")
    todo = _("Sign in, or ask for a new token.")
    status = 401
