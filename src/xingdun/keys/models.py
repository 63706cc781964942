"""The key hierarchy: a root key in a file, data keys wrapped under it, what the platform and its people sign with."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import SEALER, WEB, InstitutionModel, Record


class DataKey(InstitutionModel):
    """A version of an institution's key for one purpose, wrapped under the root key.

    Destroying it kills what it sealed.
    """

    purpose = models.CharField(_("purpose"), max_length=31)
    version = models.PositiveIntegerField(_("version"))
    suite = models.CharField(_("algorithm"), max_length=32)
    wrapped = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"))
    destroyed_at = models.DateTimeField(_("destroyed"), null=True, blank=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "purpose", "version"], name="datakey_version_is_unique"),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(wrapped=""), name="destroyed_datakey_holds_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"


class CipherProduct(InstitutionModel):
    """A commercial cryptographic product or service in use, with the certificate that shows it is compliant."""

    name = models.CharField(_("name"), max_length=200)
    vendor = models.CharField(_("vendor"), max_length=200)
    certificate = models.CharField(_("product certificate"), max_length=120)
    used_for = models.CharField(_("used for"), max_length=300)
    valid_until = models.DateTimeField(_("certificate valid until"))
    created_at = models.DateTimeField(_("registered"))
    retired_at = models.DateTimeField(_("out of use"), null=True, blank=True)

    class Meta:
        verbose_name = _("cryptographic product")
        verbose_name_plural = _("cryptographic products")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(certificate=""), name="cipherproduct_has_a_certificate"),
            models.UniqueConstraint(
                fields=["institution", "certificate"],
                condition=Q(retired_at__isnull=True),
                name="cipherproduct_is_registered_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SigningKey(Record):
    """A key pair the platform signs with; the private half is sealed under the root key."""

    name = models.CharField(_("name"), max_length=80)
    algorithm = models.CharField(_("algorithm"), max_length=16)
    public = models.TextField(_("public key"))
    sealed_private = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT", SEALER: "SELECT"}

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "algorithm"],
                condition=Q(retired_at__isnull=True),
                name="signing_key_is_one_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.algorithm})"


class PersonalKey(InstitutionModel):
    """The key pair under which one person's decisions are signed; made when they first decide.

    The private half is sealed under a data key and wiped when the person leaves; the public half stays for good, so
    that every signature can be checked at any later time.
    """

    person = models.CharField(_("person"), max_length=160)
    algorithm = models.CharField(_("algorithm"), max_length=16)
    public = models.TextField(_("public key"))
    sealed_private = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT, UPDATE (sealed_private, retired_at)"}

    class Meta:
        verbose_name = _("personal key")
        verbose_name_plural = _("personal keys")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "algorithm"],
                condition=Q(retired_at__isnull=True),
                name="personal_key_is_one_a_person",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(sealed_private=""), name="retired_personal_key_signs_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.algorithm})"
