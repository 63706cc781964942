"""Proof packs for programs; checked offline with `xingdun verify`."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from xingdun.doors.api import bodies, documents
from xingdun.doors.console.pages import page
from xingdun.doors.console.views import packs
from xingdun.doors.identity.calls import Call
from xingdun.frame.registers import Action
from xingdun.obligations.services.packs import pack_create

router = Router(tags=["obligations.pack"])
CREATE = Action("create", pack_create, _("Make a proof pack"), form=packs.PackForm, on="list")


@router.post("/-/create", operation_id="obligations_pack_create", openapi_extra=documents.action_extra(CREATE))
@page("obligations.pack.create")
def create(request: Call) -> HttpResponse:
    """The ZIP file itself. Raises NotSealedYet when nothing seals, and what the clause or day is refused for."""
    given = bodies.cleaned(CREATE, request, None)
    return packs.handed_out(packs.made(request, given["clause"], given["on"]))
