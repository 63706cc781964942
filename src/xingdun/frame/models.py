"""The model every institution's record stands on: its own key, its institution, and row security in the database."""

from typing import ClassVar

from django.db import models

from xingdun.frame.ids import uuid7

WEB = "xingdun_web"
SEALER = "xingdun_sealer"


class Record(models.Model):
    """A record with a key of its own. `database_rights` says what each database role may do to the table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    database_rights: ClassVar[dict[str, str]] = {WEB: "SELECT, INSERT, UPDATE, DELETE"}

    class Meta:
        abstract = True

    @property
    def reference(self) -> str:
        """How other records and the ledger name this one: `app.model:key`."""
        return f"{self._meta.label_lower}:{self.pk}"


class InstitutionModel(Record):
    """A record that belongs to one institution; PostgreSQL shows it to that institution's calls alone."""

    institution = models.ForeignKey(
        "organisation.Institution", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True
