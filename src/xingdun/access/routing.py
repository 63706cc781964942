"""From a request to those who must act on it: facts for the policy kernel, and its route as approval steps."""

from collections.abc import Iterable, Sequence

from django.utils.translation import get_language

from xingdun.access.models import LegalBasis, Recipient, Request
from xingdun.approvals.services import StepWanted
from xingdun.data import grades
from xingdun.data.models import Column
from xingdun.frame.roles import Role
from xingdun.kernel.discovery.grading import Grade
from xingdun.kernel.policy import Refused, RequestFacts, Route, route
from xingdun.organisation.models import Department


def grade_of(columns: Iterable[Column]) -> Grade:
    """What all columns ask together: the stricter on each axis."""
    return grades.union(grades.in_force(column) for column in columns) or grades.default("")


def facts_of(request: Request, columns: Sequence[Column], *, break_glass: bool = False) -> RequestFacts:
    """What the policy decides on; where several values hold, all are told, and the stricter counts."""
    grade = grade_of(columns)
    inside = request.recipient in {Recipient.OWN_DEPARTMENT, Recipient.INSTITUTION}
    return RequestFacts(
        purpose=request.purpose,  # type: ignore[arg-type] # the model's choices are the policy's words
        legal_basis=request.legal_basis,  # type: ignore[arg-type] # the same
        recipient=request.recipient,  # type: ignore[arg-type] # the same
        departments_in_charge=tuple(sorted({str(column.dataset.department_id) for column in columns})),
        business=frozenset(grades.in_force(column).business for column in columns) - {""},
        subjects=frozenset(grade.subject),
        sensitivity=grade.sensitivity,
        national=grade.national_class,
        period_days=request.days,
        project=bool(request.project_number),
        consented=request.legal_basis == LegalBasis.CONSENT and bool(request.consent_record),
        anonymised=request.anonymised,
        agreement=bool(request.agreement),
        recipient_authorised=inside and request.applicant.institution.authorised_body,
        state_secret=request.state_secret,
        state_approval=bool(request.state_approval),
        provincial_assessment=bool(request.provincial_assessment),
        export_assessment=bool(request.export_assessment),
        break_glass=break_glass,
        treating=break_glass,
    )


def route_of(request: Request, columns: Sequence[Column], *, break_glass: bool = False) -> Route:
    """Who must act, in order, or what stands in the way (MEASURES-21f, DIGITAL-4.3.2a)."""
    return route(facts_of(request, columns, break_glass=break_glass))


def told(refusals: Iterable[Refused]) -> str:
    """The reasons of refusals in the reader's language, with their clauses."""
    return " ".join(f"{_in_words(each.reason)} ({', '.join(each.clauses)})" for each in refusals)


def _in_words(reason: object) -> str:
    words = dict(reason)  # type: ignore[call-overload] # a mapping of languages
    return str(words.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))


def steps_of(found: Route, columns: Sequence[Column]) -> list[StepWanted]:
    """The route's steps for the approvals: those before the grant, then the keys that open it."""
    departments = {str(d.pk): d for d in Department.objects.filter(pk__in={c.dataset.department_id for c in columns})}
    return [
        StepWanted(
            role=Role(step.role),
            quorum=step.quorum,
            department=departments[step.department] if step.department else None,
            reason=" / ".join(step.reason[language] for language in ("zh", "en") if language in step.reason),
            clauses=step.clauses,
        )
        for acts in ("approval", "grant")
        for step in found.steps
        if step.acts == acts
    ]
