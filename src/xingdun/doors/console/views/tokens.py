"""One's own API tokens: made, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from xingdun.doors.console.calls import Call
from xingdun.doors.console.pages import page
from xingdun.doors.console.views.settings import rights
from xingdun.frame.errors import NotFound, Refusal
from xingdun.frame.permissions import permitted
from xingdun.organisation import selectors, services

LONGEST_DAYS = 365


class TokenForm(forms.Form):
    """What a token is for, how long it lives, and the least it needs."""

    name = forms.CharField(label=_("what it is for"), max_length=80)
    days = forms.IntegerField(label=_("days until it ends"), min_value=1, max_value=LONGEST_DAYS, initial=90)
    scopes = forms.MultipleChoiceField(
        label=_("what it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose the least it needs; it never carries more than your roles include."),
    )

    def choose_among(self, roles: Any) -> None:
        """The scopes are the actions the roles include."""
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (line["key"], f"{group['title']}: {line['title']}")
            for group in rights()
            for line in group["lines"]
            if permitted(line["key"], roles) and not line["key"].startswith("console.")
        ]


@page("organisation.token.create")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Call) -> HttpResponse:
    """The form; then the token, one single time."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    form.choose_among(request.roles)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.token_create(**form.cleaned_data, by=request.person, now=request.now)
        except Refusal as refused:
            refusal = refused
        else:
            response = render(
                request, "console/token_made.html", {"token": made["token"], "record": made["token_record"]}
            )
            response.headers["Cache-Control"] = "no-store"
            return response
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {"form": form, "refusal": refusal.explain() if refusal else None}
    return render(request, "console/token_new.html", context, status=status)


@page("organisation.token.revoke")
@require_POST
def revoke(request: Call, pk: str) -> HttpResponse:
    """End one of one's own."""
    token = selectors.tokens_of(request.user).filter(pk=pk).first()
    if token is None:
        raise NotFound
    services.token_revoke(token=token, by=request.person, now=request.now)
    messages.success(request, gettext("The token has ended."))
    return redirect("console:account")
