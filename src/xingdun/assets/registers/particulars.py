"""The pages of what filings say of the institution and of its networks."""

from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_selectors as selectors
from xingdun.assets import particulars_forms as forms
from xingdun.assets import services
from xingdun.assets.models import InstitutionParticulars, NetworkParticulars
from xingdun.frame.registers import Action, Column, register

INSTITUTION = (
    "credit_code",
    "address",
    "postal_code",
    "region",
    "head_name",
    "head_title",
    "head_phone",
    "contact_name",
    "contact_title",
    "contact_phone",
    "contact_mobile",
    "contact_email",
    "subordination",
    "form",
)
NETWORK = (
    "business",
    "scope",
    "served",
    "coverage",
    "nature",
    "service_provider",
    "parent_system",
    "structure",
    "business_description",
    "information_description",
    "service_description",
    "topology",
    "rules",
    "design",
    "product_list",
    "evaluation_report",
    "expert_opinion",
    "authority_opinion",
)

register(
    InstitutionParticulars,
    title=_("Particulars of the institution"),
    question=_("What do filings say of us?"),
    rows=selectors.institution_particulars,
    columns=[
        Column("institution", _("name")),
        Column("region"),
        Column("department", kind="record"),
        Column("contact_name"),
    ],
    detail=[*map(Column, INSTITUTION), Column("department", kind="record")],
    order=("id",),
    actions=[
        Action(
            "keep",
            services.institution_particulars_keep,
            _("Enter or change"),
            form=forms.InstitutionParticularsForm,
            on="list",
            help=_("Table 1 of the filing form; it may be filled in bit by bit."),
        )
    ],
    empty=_("Nothing is entered yet. Filings need it."),
    icon="building-hospital",
    menu="assets",
    heading=str,
)

register(
    NetworkParticulars,
    title=_("Particulars of networks"),
    question=_("What do filings say of each network?"),
    rows=selectors.network_particulars,
    columns=[
        Column("network", kind="record", sort="network__code"),
        Column("business", sort="business"),
        Column("scope", sort="scope"),
        Column("nature", sort="nature"),
    ],
    detail=[Column("network", kind="record"), *map(Column, NETWORK)],
    order=("network__code", "id"),
    search=("network__code", "network__name"),
    filters=("business", "scope", "nature"),
    empty=_("Nothing is entered yet. Open a network and enter its particulars."),
    icon="forms",
    heading=str,
)
