"""What filings and grading reports ask for beyond the inventory: of the institution, and of one network."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xingdun.assets.models.networks import Network
from xingdun.frame.models import InstitutionModel

PRODUCTS = ("security", "network", "operating_system", "database", "server", "other")
"""Kinds of key products in the filing form, table 2."""


def _number(label: object) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True)  # type: ignore[arg-type]


def _share(label: object) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, null=True, blank=True)  # type: ignore[arg-type]


class InstitutionParticulars(InstitutionModel):
    """Table 1 of the filing form: the institution, its head, the department in charge and whom to ask."""

    class Subordination(models.TextChoices):
        """Under which level of government it stands."""

        CENTRAL = "central", _("central")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        OTHER = "other", _("other")

    class Form(models.TextChoices):
        """Its legal form."""

        PARTY = "party", _("party organ")
        GOVERNMENT = "government", _("government organ")
        PUBLIC = "public", _("public institution")
        ENTERPRISE = "enterprise", _("enterprise")
        OTHER = "other", _("other")

    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=6, blank=True)
    region = models.CharField(_("administrative region"), max_length=80, blank=True)
    head_name = models.CharField(_("head: name"), max_length=80, blank=True)
    head_title = models.CharField(_("head: post"), max_length=80, blank=True)
    head_phone = models.CharField(_("head: office telephone"), max_length=40, blank=True)
    department = models.ForeignKey(
        "organisation.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department in charge of security"),
    )
    contact_name = models.CharField(_("contact: name"), max_length=80, blank=True)
    contact_title = models.CharField(_("contact: post"), max_length=80, blank=True)
    contact_phone = models.CharField(_("contact: office telephone"), max_length=40, blank=True)
    contact_mobile = models.CharField(_("contact: mobile telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("contact: e-mail"), blank=True)
    subordination = models.CharField(_("subordination"), max_length=10, choices=Subordination, blank=True)
    form = models.CharField(_("legal form"), max_length=12, choices=Form, blank=True)

    class Meta:
        verbose_name = _("particulars of the institution")
        verbose_name_plural = _("particulars of the institution")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution"], name="particulars_of_an_institution_stand_once"),
        ]

    def __str__(self) -> str:
        return str(self.institution)


class NetworkParticulars(InstitutionModel):
    """Tables 2 and 4 of the filing form and the prose of the grading report, for one network."""

    class Business(models.TextChoices):
        """What the network is for."""

        PRODUCTION = "production", _("production")
        DISPATCH = "dispatch", _("command and dispatch")
        CONTROL = "control", _("management and control")
        OFFICE = "office", _("internal office work")
        PUBLIC = "public", _("services to the public")
        OTHER = "other", _("other")

    class Scope(models.TextChoices):
        """How far its services reach."""

        NATION = "nation", _("the whole country")
        PROVINCES = "provinces", _("several provinces")
        PROVINCE = "province", _("the whole province")
        CITIES = "cities", _("several cities")
        CITY = "city", _("within a city")
        OTHER = "other", _("other")

    class Served(models.TextChoices):
        """Whom it serves."""

        STAFF = "staff", _("staff of the institution")
        PUBLIC = "public", _("the public")
        BOTH = "both", _("both")
        OTHER = "other", _("other")

    class Coverage(models.TextChoices):
        """What kind of network carries it."""

        LOCAL = "local", _("local area network")
        METROPOLITAN = "metropolitan", _("metropolitan area network")
        WIDE = "wide", _("wide area network")
        OTHER = "other", _("other")

    class Nature(models.TextChoices):
        """Its own lines, or the internet."""

        DEDICATED = "dedicated", _("dedicated network")
        INTERNET = "internet", _("internet")
        OTHER = "other", _("other")

    class Interconnection(models.TextChoices):
        """To what it is connected."""

        OTHER_SECTORS = "other_sectors", _("systems of other sectors")
        SECTOR = "sector", _("systems of other institutions of the sector")
        OWN = "own", _("other systems of the institution")
        NONE = "none", _("nothing")

    class Service(models.TextChoices):
        """Security services it is given."""

        EVALUATION = "evaluation", _("MLPS evaluation")
        RISK = "risk", _("risk assessment")
        RECOVERY = "recovery", _("disaster recovery")
        RESPONSE = "response", _("incident response")
        INTEGRATION = "integration", _("system integration")
        CONSULTING = "consulting", _("security consulting")
        TRAINING = "training", _("security training")

    network = models.OneToOneField(
        Network, on_delete=models.PROTECT, related_name="particulars", verbose_name=_("network")
    )
    business = models.CharField(_("kind of business"), max_length=12, choices=Business, blank=True)
    scope = models.CharField(_("reach of its services"), max_length=12, choices=Scope, blank=True)
    served = models.CharField(_("served"), max_length=12, choices=Served, blank=True)
    coverage = models.CharField(_("coverage"), max_length=12, choices=Coverage, blank=True)
    nature = models.CharField(_("nature of the network"), max_length=12, choices=Nature, blank=True)
    interconnection = ArrayField(
        models.CharField(max_length=16, choices=Interconnection),
        default=list,
        blank=True,
        verbose_name=_("connected to"),
    )
    security_number, security_share = _number(_("security products: number")), _share(_("domestic, per cent"))
    network_number, network_share = _number(_("network products: number")), _share(_("domestic, per cent"))
    operating_system_number, operating_system_share = (
        _number(_("operating systems: number")),
        _share(_("domestic, per cent")),
    )
    database_number, database_share = _number(_("databases: number")), _share(_("domestic, per cent"))
    server_number, server_share = _number(_("servers: number")), _share(_("domestic, per cent"))
    other_number, other_share = _number(_("other products: number")), _share(_("domestic, per cent"))
    services = ArrayField(
        models.CharField(max_length=12, choices=Service), default=list, blank=True, verbose_name=_("security services")
    )
    service_provider = models.CharField(_("provider of these services"), max_length=200, blank=True)
    parent_system = models.CharField(_("part of the system"), max_length=120, blank=True)
    structure = models.TextField(_("elements, structure and boundary devices"), blank=True)
    business_description = models.TextField(_("business it carries"), blank=True)
    information_description = models.TextField(_("business information it holds"), blank=True)
    service_description = models.TextField(_("services it gives"), blank=True)
    topology = models.CharField(_("attached: topology and description"), max_length=200, blank=True)
    rules = models.CharField(_("attached: organisation and rules of security"), max_length=200, blank=True)
    design = models.CharField(_("attached: design of the protection"), max_length=200, blank=True)
    product_list = models.CharField(_("attached: list of products and certificates"), max_length=200, blank=True)
    evaluation_report = models.CharField(_("attached: evaluation report"), max_length=200, blank=True)
    expert_opinion = models.CharField(_("attached: opinion of the experts"), max_length=200, blank=True)
    authority_opinion = models.CharField(_("attached: opinion of the authority"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("particulars of a network")
        verbose_name_plural = _("particulars of networks")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(**{f"{kind}_share__isnull": True}) | Q(**{f"{kind}_share__lte": 100}) for kind in PRODUCTS)
                ),
                name="domestic_share_is_per_cent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.network)
