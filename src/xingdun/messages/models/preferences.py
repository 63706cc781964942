"""What each person wants to be told, when, and where."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import InstitutionModel


class Preference(InstitutionModel):
    """When one person is told of one kind. Without one: what is urgent at once, the rest in the day's digest."""

    class Mode(models.TextChoices):
        """When it leaves the platform; in the platform it is always there."""

        AT_ONCE = "at_once", _("at once")
        DIGEST = "digest", _("in the daily digest")
        NEVER = "never", _("not at all")

    person = models.ForeignKey("organisation.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    mode = models.CharField(max_length=12, choices=Mode)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_is_one_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_mode_display()}"


class MailAddress(InstitutionModel):
    """Where one person reads mail; they give it themselves."""

    person = models.OneToOneField("organisation.Person", on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=200)

    class Meta:
        verbose_name = _("mail address")
        verbose_name_plural = _("mail addresses")

    def __str__(self) -> str:
        return self.address
