"""The short memory that all web processes share."""

from django.db import models


class CachedValue(models.Model):
    """A row of Django's database cache: failed sign-ins, used one-time codes. Nothing that may not be lost."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
