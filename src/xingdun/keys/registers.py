"""The pages of the keys: which there are; of secret ones never what they are."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import Action, Column, register
from xingdun.keys import forms, selectors, services
from xingdun.keys.models import CipherProduct, DataKey, PersonalKey

register(
    DataKey,
    title=_("Keys"),
    question=_("Which keys protect our data?"),
    rows=selectors.datakeys,
    order=("purpose", "-version"),
    columns=[
        Column("purpose", sort="purpose"),
        Column("version", kind="number", sort="version"),
        Column("suite", sort="suite"),
        Column("created_at", kind="time", sort="created_at"),
        Column("destroyed_at", kind="time", sort="destroyed_at"),
    ],
    search=("purpose",),
    filters=("suite", "created_at", "destroyed_at"),
    empty=_("No key yet. The first is made when the first secret is kept."),
    icon="key",
    menu="settings",
)

register(
    PersonalKey,
    title=_("Signature keys"),
    question=_("Under which keys do people sign their decisions?"),
    rows=selectors.personal_keys,
    order=("-created_at",),
    columns=[
        Column("person", kind="record", sort="person"),
        Column("algorithm", sort="algorithm"),
        Column("created_at", kind="time", sort="created_at"),
        Column("retired_at", kind="time", sort="retired_at"),
    ],
    detail=[
        Column("person", kind="record"),
        Column("algorithm"),
        Column("public"),
        Column("created_at", kind="time"),
        Column("retired_at", kind="time"),
    ],
    search=("=person",),
    filters=("algorithm", "created_at", "retired_at"),
    empty=_("Nobody has signed yet. A key is made when its person first decides."),
    icon="signature",
    menu="settings",
    heading=lambda key: f"{key.algorithm} {key.pk}",
)

register(
    CipherProduct,
    title=_("Cryptographic products"),
    question=_("Which cryptographic products are in use, and until when do their certificates hold?"),
    rows=selectors.cipher_products,
    order=("name", "id"),
    columns=[
        Column("name", sort="name"),
        Column("vendor", sort="vendor"),
        Column("certificate", sort="certificate"),
        Column("used_for"),
        Column("valid_until", kind="time", sort="valid_until"),
        Column("retired_at", kind="time", sort="retired_at"),
    ],
    search=("name", "vendor", "certificate"),
    filters=("valid_until", "retired_at"),
    actions=[
        Action(
            "create", services.cipherproduct_create, _("Register a product"), form=forms.CipherProductForm, on="list"
        ),
        Action(
            "retire",
            services.cipherproduct_retire,
            _("Take out of use"),
            available=lambda one: one.retired_at is None,
            danger=True,
        ),
    ],
    empty=_("No cryptographic product is registered yet. Register those in use, with their certificates."),
    icon="certificate",
    menu="settings",
)
