"""Entering networks, changing them, and taking them into operation."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from xingdun.assets.errors import CodeTaken, DepartmentsMissing, NotGraded, NotTested, RunsAlready
from xingdun.assets.models import DEPARTMENTS, Evaluation, Network
from xingdun.assets.services.reading import happened, locked
from xingdun.audit import services as audit
from xingdun.frame.errors import Place
from xingdun.frame.wording import listed
from xingdun.organisation.models import Person

BOOTSTRAP = "system:bootstrap"
_State = Network.State


def refuse_missing(network: Network) -> None:
    """Raise DepartmentsMissing unless all four departments are named."""
    if missing := network.missing_departments:
        fields = (Network._meta.get_field(name) for name in missing)  # noqa: SLF001 - Django's documented API
        names = tuple(str(getattr(field, "verbose_name", field.name)) for field in fields)
        places = [Place("assets.network.update", network.pk, names)]
        raise DepartmentsMissing(network=network, missing=listed(names), places=places)


def _refuse_twin(network: Network) -> None:
    if Network.objects.filter(institution=network.institution_id, code=network.code).exclude(pk=network.pk).exists():
        raise CodeTaken(value=network.code)


def network_made(*, institution: UUID, now: datetime, **given: Any) -> Network:
    """A network that is not saved yet, in the state its dates put it in; `given` as in `network_create`.

    One found in operation was not built under the rules unless that is said.
    """
    since = given.get("in_operation_since")
    if given.get("new") is None:
        given["new"] = since is None
    words = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    words["technologies"] = sorted(given.get("technologies", ()))
    state = _State.OPERATING if since else _State.PLANNING
    return Network(institution_id=institution, state=state, registered_at=now, **words)


@transaction.atomic
def network_create(
    *,
    code: str,
    name: str,
    by: Person,
    now: datetime,
    new: bool | None = None,
    in_operation_since: date | None = None,
    **known: Any,
) -> Network:
    """Enter a network: one that is planned, or one found in operation (MEASURES-6.1b, MEASURES-6.1c).

    new: built under the rules, so that grading and testing precede its launch; by default what does not run yet is.
    known: any of `competent_department`, `operating_department`, `it_department`, `user_department`; the texts
    `purpose`, `service_scope`, `service_objects`, `data_description`; `technologies`; `persons_held`, natural persons
    whose data it holds (None while nobody has counted); `carries_internet_care`; `launch_planned_on`. Raises CodeTaken,
    DateAhead, TypeError for anything else.
    """
    _refuse_unknown(known)
    happened(in_operation_since, now=now)
    network = network_made(
        institution=by.institution_id,
        now=now,
        code=code,
        name=name,
        new=new,
        in_operation_since=in_operation_since,
        **known,
    )
    _enter(network, by=by, now=now)
    return network


@transaction.atomic
def sample_networks(*, institution: UUID, networks: Iterable[Mapping[str, Any]], now: datetime) -> list[Network]:
    """Enter the synthetic institution's networks, so that a newcomer finds what the law asks of them at work.

    networks: facts as of `network_create`. Those entered before stay as they are now: safe to call again.
    """
    there = set(Network.objects.filter(institution=institution).values_list("code", flat=True))
    entered = [network_made(institution=institution, now=now, **each) for each in networks if each["code"] not in there]
    for network in entered:
        _enter(network, by=BOOTSTRAP, now=now)
    return entered


def _enter(network: Network, *, by: Person | str, now: datetime) -> None:
    _refuse_twin(network)
    try:
        with transaction.atomic():
            network.save(force_insert=True)
    except IntegrityError:
        _refuse_twin(network)  # somebody entered it meanwhile
        raise
    audit.record(actor=by, action="network.create", about=network, now=now, details=told(network))


def told(network: Network) -> dict[str, Any]:
    """What the ledger keeps of a network: what decides which duties it has, and who answers for it."""
    departments = {name: str(getattr(network, f"{name}_id") or "") for name in DEPARTMENTS}
    return {
        "code": network.code,
        "carries_internet_care": network.carries_internet_care,
        "persons_held": network.persons_held,
        "technologies": network.technologies,
        "in_operation_since": str(network.in_operation_since or ""),
        **departments,
    }


_CHANGEABLE = (
    *("name", *DEPARTMENTS, "purpose", "service_scope", "service_objects", "data_description", "technologies"),
    *("persons_held", "carries_internet_care", "launch_planned_on"),
)


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    if unknown := given.keys() - set(_CHANGEABLE):
        raise TypeError(f"no such fact of a network: {', '.join(sorted(unknown))}")


@transaction.atomic
def network_update(*, network: Network, by: Person, now: datetime, **given: Any) -> Network:
    """Change what is known of a network; its level and dates of operation have services of their own.

    given: fields of `network_create` other than code, new and in_operation_since. A graded network keeps all four
    departments. Raises DepartmentsMissing, NetworkRetired, TypeError for a field that is not among them.
    """
    _refuse_unknown(given)
    network = locked(network)
    if "technologies" in given:
        given["technologies"] = sorted(given["technologies"])
    changed = sorted(name for name, value in given.items() if getattr(network, name) != value)
    for name in changed:
        setattr(network, name, given[name])
    if network.level is not None:
        refuse_missing(network)
    network.save(update_fields=changed or None)
    details = told(network) | {"changed": changed}
    audit.record(actor=by, action="network.update", about=network, now=now, details=details)
    return network


@transaction.atomic
def network_launch(*, network: Network, in_operation_since: date, by: Person, now: datetime) -> Network:
    """Take a graded network into operation, after a security test that it passed (MEASURES-6.4f, MEASURES-6.2a).

    Raises RunsAlready, NotGraded, NotTested, DateAhead.
    """
    network = locked(network)
    if network.in_operation_since is not None:
        raise RunsAlready(network=network, day=network.in_operation_since)
    happened(in_operation_since, now=now)
    if network.level is None:
        raise NotGraded(network=network)
    tests = network.evaluations.filter(kind=Evaluation.Kind.PRE_LAUNCH, reported_on__lte=in_operation_since)
    if not tests.exclude(conclusion=Evaluation.Conclusion.POOR).exists():
        raise NotTested(network=network, day=in_operation_since)
    network.in_operation_since = in_operation_since
    if network.state in {_State.GRADED, _State.FILED}:
        network.state = _State.OPERATING
    network.save(update_fields=["in_operation_since", "state"])
    audit.record(actor=by, action="network.launch", about=network, now=now, details={"since": str(in_operation_since)})
    return network
