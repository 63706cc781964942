"""The ledger's tables. Entries are only ever added; the tree over them is written by the sealer alone."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from xingdun.frame.models import SEALER, WEB, Record


class Entry(models.Model):
    """One thing that happened: who, what, on what, why, under which grant, from where, and how it ended.

    `content` is what the tree's leaf hashes: the canonical JSON of the other columns. Partitioned by month on `at`.
    People and records appear as references; words that may name a person stand in `sealed`, under a key that can
    be destroyed.
    """

    id = models.BigAutoField(primary_key=True)
    institution = models.ForeignKey(
        "organisation.Institution",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        null=True,
    )
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("who"), max_length=120)
    action = models.CharField(_("what"), max_length=80)
    about = models.CharField(_("on what"), max_length=160)
    under = models.CharField(_("under which grant"), max_length=160, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, default="done")
    address = models.CharField(_("from where"), max_length=64, blank=True)
    details = models.JSONField(_("details"), default=dict)
    sealed = models.TextField(blank=True)
    content = models.TextField()

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT", SEALER: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")

    def __str__(self) -> str:
        return f"{self.action} {self.about}"

    @property
    def reference(self) -> str:
        """How other records name this entry."""
        return f"audit.entry:{self.pk}"


class Pending(models.Model):
    """Entries committed and not yet in the tree; a trigger fills it, the sealer empties it."""

    entry_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT", SEALER: "SELECT, DELETE"}


class Leaf(models.Model):
    """An entry's place in the tree, with its hash under SHA-256 and SM3."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    sha256 = models.BinaryField(max_length=32)
    sm3 = models.BinaryField(max_length=32)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT", SEALER: "SELECT, INSERT"}


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root (C2SP tlog-checkpoint); one a size."""

    size = models.BigIntegerField(_("entries"), primary_key=True)
    at = models.DateTimeField(_("time"))
    root = models.BinaryField(max_length=32)
    sm3_root = models.BinaryField(max_length=32)
    note = models.TextField(_("signed note"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT", SEALER: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.size}"


class Retirement(Record):
    """A month of entries that left the database at the end of its retention; their leaves stay in the tree."""

    month = models.DateField(_("month"), unique=True)
    entries = models.BigIntegerField(_("entries"))
    first_index = models.BigIntegerField(null=True)
    last_index = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(_("retired at"))

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT", SEALER: "SELECT, INSERT"}

    class Meta:
        verbose_name = _("retired month")
        verbose_name_plural = _("retired months")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
