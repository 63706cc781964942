"""Windows: who may look into which source, until when, and how it ended."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xingdun.access.models.requests import Request
from xingdun.frame.models import InstitutionModel


class Grant(InstitutionModel):
    """A window into a protected source, open from `opened_at` until `expires_at` or `closed_at`.

    `gone_at` is when the source itself had removed the login and ended its sessions.
    """

    class Ending(models.TextChoices):
        """Why it was closed."""

        EXPIRED = "expired", _("its time was over")
        REVOKED = "revoked", _("revoked")
        LEFT = "left", _("the person left")
        SUSPENDED = "suspended", _("the person was suspended")
        TAMPERED = "tampered", _("the login was tampered with")

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="grant", verbose_name=_("request"))
    source = models.ForeignKey("data.Source", on_delete=models.PROTECT, related_name="grants", verbose_name=_("source"))
    person = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, related_name="grants", verbose_name=_("person")
    )
    login = models.CharField(_("login"), max_length=63, unique=True)
    opened_at = models.DateTimeField(_("opened"))
    expires_at = models.DateTimeField(_("until"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ending = models.CharField(_("how it ended"), max_length=12, choices=Ending, blank=True)
    gone_at = models.DateTimeField(_("gone from the source"), null=True, blank=True)
    break_glass = models.BooleanField(_("break-glass"), default=False)
    review_due_at = models.DateTimeField(_("review due"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "organisation.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    justified = models.BooleanField(_("found justified"), null=True, blank=True)

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("opened_at")), name="grant_expires_after_it_opens"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, ending="") | (Q(closed_at__isnull=False) & ~Q(ending="")),
                name="closed_grant_says_why",
            ),
            models.CheckConstraint(
                condition=Q(break_glass=False) | Q(review_due_at__isnull=False), name="break_glass_is_to_be_reviewed"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")), name="nobody_reviews_themselves"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "expires_at"], condition=Q(closed_at__isnull=True), name="open_grants_by_end"
            ),
        ]

    def __str__(self) -> str:
        return self.login
