"""One's own API tokens: the table has no row security, so no register shows it and the caller's account limits it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from ninja import Router

from xingdun.doors.api import bodies, documents, rows
from xingdun.doors.console.pages import page
from xingdun.doors.console.views.tokens import TokenForm
from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import NotFound
from xingdun.frame.registers import Action, Column
from xingdun.frame.roles import Role
from xingdun.organisation import selectors, services


class NewToken(TokenForm):
    """The page's form; its scopes follow from who asks."""

    def prepare(self, *, roles: frozenset[Role], **_: Any) -> None:
        """The scopes are the actions the roles include."""
        self.choose_among(roles)


router = Router(tags=["organisation.token"])
COLUMNS = (
    Column("name"),
    Column("scopes", kind="list"),
    Column("created_at", kind="time"),
    Column("expires_at", kind="time"),
    Column("revoked_at", kind="time"),
    Column("last_used_at", kind="time"),
)
CREATE = Action("create", services.token_create, _("Make a token"), form=NewToken, on="list", shows_once=True)
REVOKE = Action("revoke", services.token_revoke, _("End a token"))


@router.get("/", operation_id="organisation_token_list", openapi_extra={"summary": _("Your tokens")})
@page("organisation.token.view")
def mine(request: Call) -> dict[str, Any]:
    """Never the tokens themselves: only their digests are kept."""
    found = selectors.tokens_of(request.account).order_by("-created_at")
    return {"items": [rows.present(token, COLUMNS) for token in found], "next": None}


@router.post("/-/create", operation_id="organisation_token_create", openapi_extra=documents.action_extra(CREATE))
@page("organisation.token.create")
def create(request: Call) -> dict[str, Any]:
    """The token is in the answer, this once."""
    given = bodies.cleaned(CREATE, request, None)
    made = services.token_create(**given, by=request.person, now=request.now)
    return {"token": made["token"], **rows.present(made["token_record"], COLUMNS)}


@router.post("/{pk}/revoke", operation_id="organisation_token_revoke", openapi_extra={"summary": REVOKE.label})
@page("organisation.token.revoke")
def revoke(request: Call, pk: str) -> dict[str, Any]:
    """It opens nothing from now on. Raises NotFound for anyone else's."""
    try:
        token = selectors.tokens_of(request.account).filter(pk=pk).first()
    except (ValidationError, ValueError):
        token = None
    if token is None:
        raise NotFound
    return rows.present(services.token_revoke(token=token, by=request.person, now=request.now), COLUMNS)
