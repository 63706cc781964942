"""Making a proof pack: which clause, which day; the file comes back, and the ledger tells who has it."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.frame.errors import Refusal
from xingdun.obligations.services.packs import Ledger, Pack, pack_create
from xingdun.runtime import ledger
from xingdun.runtime.settings import ENVIRONMENT

ZIP = "application/zip"


class PackForm(forms.Form):
    """What is to be proven."""

    clause = forms.CharField(label=_("clause"), max_length=40, help_text=_("Such as MEASURES-11a."))
    on = forms.DateField(
        label=_("day"),
        required=False,
        help_text=_("Empty: today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def ledger_here() -> Ledger:
    """This installation's ledger. Raises LedgerNotPrepared."""
    ledger.policy(ENVIRONMENT)
    return Ledger(ledger.store(ENVIRONMENT), (ledger.folder(ENVIRONMENT) / ledger.KEYS_FILE).read_text())


def made(request: Call, clause: str, on: date | None) -> Pack:
    """The pack for who asks, with the evidence their roles may read. Raises what `pack_create` refuses."""
    return pack_create(
        clause=clause.strip(),
        on=on,
        by=request.person,
        roles=frozenset(request.roles),
        ledger=ledger_here(),
        now=request.now,
        institution=request.person.institution_id,
    )


def handed_out(pack: Pack) -> HttpResponse:
    """The file, always as a download."""
    response = HttpResponse(pack.content, content_type=ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{pack.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@page("obligations.pack.create")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Call) -> HttpResponse:
    """The form, with the clause of the address in it; then the file."""
    first: dict[str, Any] = {name: request.GET[name] for name in ("clause", "on") if name in request.GET}
    form = PackForm(request.POST if request.method == "POST" else None, initial=first)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            return handed_out(made(request, form.cleaned_data["clause"], form.cleaned_data["on"]))
        except Refusal as refused:
            refusal = refused
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {"form": form, "refusal": refusal.explain() if refusal else None}
    return render(request, "console/pack.html", context, status=status)
