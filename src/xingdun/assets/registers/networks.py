"""The register of networks."""

from django.utils.translation import gettext_lazy as _

from xingdun.assets import finding_selectors, handed_out, selectors, services
from xingdun.assets.filings import downloads_of_network
from xingdun.assets.forms import networks as forms
from xingdun.assets.forms import protection as acts
from xingdun.assets.models import DEPARTMENTS, Grading, Network
from xingdun.assets.particulars_forms import NetworkParticularsForm
from xingdun.frame.registers import Action, Column, Download, Related, register


def stands(network: Network) -> bool:
    """Whether it has not ended."""
    return network.retired_at is None


def may_end(network: Network) -> bool:
    """Whether its end can be recorded: it stands, or it ended without a record."""
    return stands(network) or not network.retirements.filter(state__in=("waiting", "approved")).exists()


def planned(network: Network) -> bool:
    """Whether it has a level and does not run yet."""
    return stands(network) and network.level is not None and network.in_operation_since is None


def may_be_graded(network: Network) -> bool:
    """Whether a level can be proposed: it stands, and no proposal waits."""
    return stands(network) and not network.gradings.filter(state=Grading.State.WAITING).exists()


def graded(network: Network) -> bool:
    """Whether it has, or had, a level."""
    return network.level is not None


LEVEL = Column("level", kind="number", sort="level")

register(
    Network,
    title=_("Networks"),
    question=_("Which networks do we run, who answers for them, and where does each stand?"),
    rows=selectors.networks,
    columns=[
        Column("code", sort="code"),
        Column("name", sort="name"),
        LEVEL,
        Column("state", kind="state", sort="state"),
        Column("competent_department", kind="record", sort="competent_department__name"),
        Column("persons_held", kind="number", sort="persons_held"),
        Column("filing_number", _("filing number")),
        Column("evaluated_on", _("last evaluation"), kind="date", sort="evaluated_on"),
        Column("gaps", _("safeguards missing"), kind="number", sort="gaps"),
    ],
    detail=[
        Column("code"),
        Column("state", kind="state"),
        LEVEL,
        Column("level_determined_at", kind="time"),
        *(Column(name, kind="record") for name in DEPARTMENTS),
        Column("purpose"),
        Column("service_scope"),
        Column("service_objects"),
        Column("data_description"),
        Column("technologies", kind="list"),
        Column("persons_held", kind="number"),
        Column("carries_internet_care", kind="boolean"),
        Column("new", kind="boolean"),
        Column("launch_planned_on", kind="date"),
        Column("in_operation_since", kind="date"),
        Column("registered_at", kind="time"),
        Column("retired_at", kind="time"),
    ],
    order=("code", "id"),
    search=("code", "name", "purpose"),
    filters=("state", "level", "competent_department", "operating_department", "carries_internet_care", "new"),
    related=[
        Related(
            _("Gradings"),
            "assets.grading",
            lambda network: selectors.gradings().filter(network=network),
            _("No level was proposed. The security administrator or a head of department proposes it here."),
        ),
        Related(
            _("Reports to authorities"),
            "assets.filing",
            lambda one: selectors.filings().filter(network=one),
            _("Nothing was filed. A filing is recorded here once the level is determined."),
        ),
        Related(
            _("Tests and evaluations"),
            "assets.evaluation",
            lambda one: selectors.evaluations().filter(network=one),
            _("No test is recorded."),
        ),
        Related(
            _("Safeguards"),
            "assets.safeguard",
            lambda one: selectors.safeguards().filter(network=one),
            _("The list of its safeguards follows from its level."),
        ),
        Related(_("Protection plans"), "assets.protectionplan", lambda one: selectors.plans().filter(network=one)),
        Related(_("Findings"), "assets.finding", lambda one: finding_selectors.findings().filter(network=one)),
        Related(
            _("Particulars for filings"),
            "assets.networkparticulars",
            lambda one: finding_selectors.network_particulars().filter(network=one),
            _("Nothing is filled in. The grading report and the filing form ask for it."),
        ),
        Related(
            _("Retirement"),
            "assets.retirement",
            lambda one: selectors.retirements().filter(network=one),
            _("Its end was not proposed."),
        ),
    ],
    actions=[
        Action("create", services.network_create, _("Enter a network"), form=forms.NetworkForm, on="list"),
        Action(
            "import",
            services.networks_import,
            _("Import"),
            form=forms.ImportForm,
            on="list",
            help=_("All rows of a workbook are taken over, or none; every fault is named with its row and column."),
        ),
        Action("file", services.filing_send, _("Record a filing"), form=acts.FilingForm, available=graded),
        Action(
            "grade",
            services.grading_propose,
            _("Propose a level"),
            form=acts.GradingForm,
            available=may_be_graded,
            help=_("The matrices of GB/T 22240 give the level; others approve it."),
        ),
        Action("launch", services.network_launch, _("Go live"), form=forms.LaunchForm, available=planned),
        Action("evaluate", services.evaluation_record, _("Record a test"), form=acts.EvaluationForm, available=stands),
        Action(
            "assess",
            services.safeguards_assess,
            _("Assess safeguards"),
            form=acts.AssessManyForm,
            available=stands,
        ),
        Action(
            "particulars",
            services.network_particulars_keep,
            _("Particulars for filings"),
            form=NetworkParticularsForm,
            available=stands,
            help=_("What the grading report and the filing form ask for; it may be filled in bit by bit."),
        ),
        Action("update", services.network_update, _("Change"), form=forms.NetworkChangeForm, available=stands),
        Action(
            "retire",
            services.retirement_propose,
            _("Propose its end"),
            form=acts.RetirementForm,
            available=may_end,
            danger=True,
        ),
    ],
    downloads=[
        Download("template", handed_out.import_template, _("Import template"), on="list"),
        *downloads_of_network(),
    ],
    empty=_("No network is entered. Enter the first one, or import your ledger from a workbook."),
    icon="network",
    menu="assets",
    heading=str,
)
