"""Reading which keys there are; never the keys themselves."""

from django.db.models import QuerySet

from xingdun.keys.models import CipherProduct, DataKey, PersonalKey, SigningKey


def datakeys() -> QuerySet[DataKey]:
    """The institution's data keys, newest first."""
    return DataKey.objects.order_by("purpose", "-version")


def signing_keys(name: str) -> QuerySet[SigningKey]:
    """The public side of the keys of that name."""
    return SigningKey.objects.filter(name=name).order_by("-created_at")


def personal_keys() -> QuerySet[PersonalKey]:
    """The keys people sign with: their public side, for good."""
    return PersonalKey.objects.order_by("-created_at")


def cipher_products() -> QuerySet[CipherProduct]:
    """The cryptographic products and services, in and out of use."""
    return CipherProduct.objects.all()
