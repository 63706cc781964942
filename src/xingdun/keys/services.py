"""Sealing, opening, rotating and destroying; the keys the platform and its people sign with."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from xingdun.audit import services as audit
from xingdun.frame.ids import uuid7
from xingdun.kernel.crypto.envelope import Key, Sealed, context, open_sealed, unwrap, wrap
from xingdun.kernel.crypto.envelope import seal as seal_value
from xingdun.kernel.crypto.errors import DecryptionError
from xingdun.kernel.crypto.signing import ALGORITHMS, Algorithm, Signer
from xingdun.kernel.crypto.suites import AES
from xingdun.kernel.merkle.note import NoteSigner
from xingdun.keys import root
from xingdun.keys.errors import (
    KeyDestroyed,
    KeyFileUnusable,
    ProductOutOfUse,
    ProductRegistered,
    SealedElsewhere,
)
from xingdun.keys.models import CipherProduct, DataKey, PersonalKey, SigningKey

LEDGER = "ledger"
PERSONAL_WORDS = "ledger-words"
PERSONAL_KEYS = "personal-keys"
DECISIONS: Algorithm = "sm2"
"""What people sign with unless another algorithm is asked for (GB/T 32918)."""
_KEPT_SECONDS = 60.0  # a destroyed key is forgotten by every process within this time
_kept: dict[UUID, tuple[float, Key]] = {}  # by record: a key whose making was rolled back is nobody's


def _key_id(record: DataKey) -> str:
    return f"{record.institution_id.hex}/{record.purpose}"


def _unwrapped(record: DataKey) -> Key:
    held = _kept.get(record.pk)
    if held and time.monotonic() - held[0] < _KEPT_SECONDS:
        return held[1]
    if record.destroyed_at:
        raise KeyDestroyed(purpose=record.purpose, version=record.version)
    sealed = Sealed.parse(record.wrapped)
    try:
        key = unwrap(
            sealed,
            root.load(),
            key_id=_key_id(record),
            version=record.version,
        )
    except DecryptionError as error:
        raise KeyFileUnusable(
            path=root.path(), problem="it is not the key that wrapped this platform's keys"
        ) from error
    _kept[record.pk] = (time.monotonic(), key)
    return key


def _forget(record: DataKey) -> None:
    _kept.pop(record.pk, None)


@transaction.atomic
def datakey_create(*, institution: UUID, purpose: str, by: Any, now: datetime) -> DataKey:
    """A new version of an institution's key for `purpose`; from now on values are sealed under it."""
    last = DataKey.objects.filter(institution=institution, purpose=purpose).aggregate(last=Max("version"))["last"] or 0
    record = DataKey(institution_id=institution, purpose=purpose, version=last + 1, suite=str(AES), created_at=now)
    key = Key.generate(AES, _key_id(record), record.version)
    record.wrapped = str(wrap(root.load(), key))
    record.save(force_insert=True)
    audit.record(
        actor=by, action="key.create", about=record, now=now, details={"purpose": purpose, "version": record.version}
    )
    return record


def _newest(institution: UUID, purpose: str) -> DataKey:
    found = (
        DataKey.objects.filter(institution=institution, purpose=purpose, destroyed_at__isnull=True)
        .order_by("-version")
        .first()
    )
    return found or datakey_create(institution=institution, purpose=purpose, by="system:keys", now=datetime.now(UTC))


def seal(*, institution: UUID, purpose: str, plaintext: bytes, place: tuple[str, ...]) -> str:
    """`plaintext` under the institution's newest key for `purpose`, bound to `place`; text for a column.

    The first use of a purpose makes its key. Raises KeyFileMissing, KeyFileUnusable.
    """
    return str(seal_value(_unwrapped(_newest(institution, purpose)), plaintext, context(purpose, *place)))


def open(*, institution: UUID, purpose: str, sealed: str, place: tuple[str, ...]) -> bytes:  # noqa: A001 - the counterpart of seal
    """What `seal` was given. Raises KeyDestroyed, SealedElsewhere, KeyFileMissing, KeyFileUnusable."""
    return _opened(institution, purpose, Sealed.parse(sealed), place)


def _opened(institution: UUID, purpose: str, value: Sealed, place: tuple[str, ...]) -> bytes:
    record = DataKey.objects.get(institution=institution, purpose=purpose, version=value.version)
    if record.destroyed_at:
        _forget(record)
        raise KeyDestroyed(purpose=purpose, version=record.version)
    try:
        return open_sealed(value, _unwrapped(record), context(purpose, *place))
    except DecryptionError as error:
        raise SealedElsewhere(purpose=purpose) from error


def seal_bytes(*, institution: UUID, purpose: str, plaintext: bytes, place: tuple[str, ...]) -> bytes:
    """As `seal`, for a binary column: a file that would be a third longer as text."""
    return bytes(seal_value(_unwrapped(_newest(institution, purpose)), plaintext, context(purpose, *place)))


def open_bytes(*, institution: UUID, purpose: str, sealed: bytes, place: tuple[str, ...]) -> bytes:
    """What `seal_bytes` was given. Raises as `open` does."""
    return _opened(institution, purpose, Sealed.from_bytes(sealed), place)


@transaction.atomic
def datakey_destroy(*, datakey: DataKey, by: Any, now: datetime, reason: str = "") -> DataKey:
    """Destroy a key version: everything sealed under it is gone for good (MEASURES-22.7a)."""
    datakey = DataKey.objects.select_for_update().get(pk=datakey.pk)
    if datakey.destroyed_at:
        raise KeyDestroyed(purpose=datakey.purpose, version=datakey.version)
    datakey.destroyed_at, datakey.wrapped = now, ""
    datakey.save(update_fields=["destroyed_at", "wrapped"])
    _forget(datakey)
    audit.record(
        actor=by,
        action="key.destroy",
        about=datakey,
        now=now,
        reason=reason,
        details={"purpose": datakey.purpose, "version": datakey.version},
    )
    return datakey


def seal_personal_words(institution: UUID, words: str) -> str:
    """What a person wrote, for a ledger entry: under a key of the institution that can be destroyed."""
    return seal(institution=institution, purpose=PERSONAL_WORDS, plaintext=words.encode(), place=("words",))


def open_personal_words(institution: UUID, sealed: str) -> str:
    """The words of a ledger entry; raises KeyDestroyed when they were let go."""
    words = open(institution=institution, purpose=PERSONAL_WORDS, sealed=sealed, place=("words",))
    return words.decode()


@transaction.atomic
def signing_keys_ensure(*, name: str, now: datetime) -> list[SigningKey]:
    """The platform's keys of that name, one an algorithm (Ed25519, SM2); made once, by the database's owner.

    Raises KeyFileMissing when keys stand in the database and the root key's file is gone.
    """
    if SigningKey.objects.exists():
        root.load()
    else:
        root.create()
    for algorithm in ALGORITHMS:
        if SigningKey.objects.filter(name=name, algorithm=algorithm, retired_at__isnull=True).exists():
            continue
        signer = Signer.generate(algorithm)
        record = SigningKey(
            id=uuid7(), name=name, algorithm=algorithm, public=signer.verifier.to_pem().decode(), created_at=now
        )
        place = context("signingkey", name, algorithm)
        record.sealed_private = str(seal_value(root.load(), signer.to_pem(), place))
        record.save(force_insert=True)
        audit.record(actor="system:keys", action="signingkey.create", about=record, now=now, details={"name": name})
    return list(SigningKey.objects.filter(name=name, retired_at__isnull=True).order_by("algorithm"))


def signers(name: str) -> list[Signer]:
    """The private keys of that name, one an algorithm. Raises KeyFileMissing, KeyFileUnusable."""
    found = []
    for record in SigningKey.objects.filter(name=name, retired_at__isnull=True).order_by("algorithm"):
        try:
            pem = open_sealed(
                Sealed.parse(record.sealed_private),
                root.load(),
                context("signingkey", record.name, record.algorithm),
            )
        except DecryptionError as error:
            problem = "it is not the key that sealed this platform's keys"
            raise KeyFileUnusable(path=root.path(), problem=problem) from error
        found.append(Signer.from_pem(pem))
    return found


def ledger_signers(origin: str) -> list[NoteSigner]:
    """Who signs the ledger's checkpoints, under the ledger's name."""
    return [NoteSigner(origin, signer) for signer in signers(LEDGER)]


@transaction.atomic
def personal_sign(
    *, institution: UUID, person: str, message: bytes, by: Any, now: datetime, algorithm: Algorithm = DECISIONS
) -> tuple[PersonalKey, bytes]:
    """`message` signed in the name of `person` (a reference), and under which key.

    The first use makes the key and writes its public half into the ledger. Raises KeyFileMissing, KeyFileUnusable, and
    the kernel's AlgorithmUnavailableError where the machine lacks the algorithm: nothing weaker is taken in its place.
    """
    held = PersonalKey.objects.filter(person=person, algorithm=algorithm, retired_at__isnull=True)
    record = held.first()
    if record is None:
        try:
            with transaction.atomic():
                signer = Signer.generate(algorithm)
                record = _personal_key_create(institution, person, signer, by, now)
                return record, signer.sign(message)
        except IntegrityError:  # another call of the same person was first
            record = held.get()
    pem = open(
        institution=institution,
        purpose=PERSONAL_KEYS,
        sealed=record.sealed_private,
        place=_personal_place(person, algorithm),
    )
    return record, Signer.from_pem(pem).sign(message)


def _personal_place(person: str, algorithm: str) -> tuple[str, str]:
    return person, algorithm


def _personal_key_create(institution: UUID, person: str, signer: Signer, by: Any, now: datetime) -> PersonalKey:
    sealed = seal(
        institution=institution,
        purpose=PERSONAL_KEYS,
        plaintext=signer.to_pem(),
        place=_personal_place(person, signer.algorithm),
    )
    record = PersonalKey.objects.create(
        institution_id=institution,
        person=person,
        algorithm=signer.algorithm,
        public=signer.verifier.to_pem().decode(),
        sealed_private=sealed,
        created_at=now,
    )
    audit.record(
        actor=by,
        action="personalkey.create",
        about=record,
        now=now,
        details={"person": person, "public": str(signer.verifier)},
    )
    return record


@transaction.atomic
def personal_keys_retire(*, person: str, by: Any, now: datetime) -> int:
    """Wipe the private halves of a person's keys: nothing is signed in their name any more; gives how many."""
    keys = list(PersonalKey.objects.select_for_update().filter(person=person, retired_at__isnull=True))
    for record in keys:
        record.retired_at, record.sealed_private = now, ""
        record.save(update_fields=["retired_at", "sealed_private"])
        audit.record(actor=by, action="personalkey.retire", about=record, now=now, details={"person": person})
    return len(keys)


@transaction.atomic
def cipherproduct_create(
    *, name: str, vendor: str, certificate: str, used_for: str, valid_until: datetime, by: Any, now: datetime
) -> CipherProduct:
    """Register a cryptographic product or service in use, with its certificate (MEASURES-15b).

    Raises ProductRegistered.
    """
    if CipherProduct.objects.filter(certificate=certificate, retired_at__isnull=True).exists():
        raise ProductRegistered(certificate=certificate)
    product = CipherProduct.objects.create(
        institution_id=by.institution_id,
        name=name,
        vendor=vendor,
        certificate=certificate,
        used_for=used_for,
        valid_until=valid_until,
        created_at=now,
    )
    audit.record(actor=by, action="cipherproduct.create", about=product, now=now, details={"certificate": certificate})
    return product


@transaction.atomic
def cipherproduct_retire(*, cipherproduct: CipherProduct, by: Any, now: datetime) -> CipherProduct:
    """Take a product out of use. Raises ProductOutOfUse."""
    product = CipherProduct.objects.select_for_update().get(pk=cipherproduct.pk)
    if product.retired_at:
        raise ProductOutOfUse
    product.retired_at = now
    product.save(update_fields=["retired_at"])
    audit.record(actor=by, action="cipherproduct.retire", about=product, now=now)
    return product
