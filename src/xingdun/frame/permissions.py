"""The one table of who may do what. An action that is not here is denied to everyone.

Keys are `<domain>.<record>.<action>`; every page, register action and API operation names one. A test walks all of
them with every role and with none. Clauses: MEASURES-22.4a (least privilege), MEASURES-5f and INTERNET-10.2b
(separation of the three administrators), DIGITAL-5.1.3b (assignments are audited).
"""

from collections.abc import Iterable

from xingdun.frame.errors import NotPermitted
from xingdun.frame.roles import Role

R = Role
STAFF = frozenset(Role) - {Role.VENDOR, Role.REGULATOR}
EVERYONE = frozenset(Role)
GOVERNORS = frozenset({R.DSO, R.SECURITY_ADMIN, R.AUDITOR, R.HEAD})
ADMINISTRATORS = frozenset({R.DSO, R.SECURITY_ADMIN, R.SYSTEM_ADMIN, R.AUDITOR})

PERMISSIONS: dict[str, frozenset[Role]] = {
    # overview and settings
    "console.overview.view": STAFF,
    "console.settings.view": ADMINISTRATORS,
    "console.account.view": EVERYONE,
    # organisation
    "organisation.institution.view": ADMINISTRATORS | {R.HEAD},
    "organisation.institution.update": frozenset({R.SYSTEM_ADMIN}),
    "organisation.department.view": STAFF,
    "organisation.department.create": frozenset({R.SYSTEM_ADMIN}),
    "organisation.department.update": frozenset({R.SYSTEM_ADMIN}),
    "organisation.person.view": ADMINISTRATORS | {R.HEAD, R.DEPARTMENT_HEAD},
    "organisation.person.create": frozenset({R.SYSTEM_ADMIN}),
    "organisation.person.update": frozenset({R.SYSTEM_ADMIN}),
    "organisation.person.leave": frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN}),
    "organisation.person.suspend": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "organisation.person.restore": frozenset({R.SECURITY_ADMIN}),
    "organisation.person.reset_password": frozenset({R.SYSTEM_ADMIN}),
    "organisation.person.add_record": frozenset({R.SECURITY_ADMIN}),
    "organisation.personnelrecord.view": ADMINISTRATORS | {R.HEAD},
    "organisation.post.view": ADMINISTRATORS | {R.HEAD},
    "organisation.post.create": frozenset({R.SECURITY_ADMIN, R.HEAD}),
    "organisation.post.verify": frozenset({R.SECURITY_ADMIN, R.HEAD}),
    "organisation.post.end": frozenset({R.SECURITY_ADMIN, R.HEAD}),
    "organisation.appointment.view": ADMINISTRATORS | {R.HEAD},
    "organisation.appointment.create": frozenset({R.SECURITY_ADMIN}),
    "organisation.appointment.end": frozenset({R.SECURITY_ADMIN}),
    "organisation.token.view": EVERYONE,
    "organisation.token.create": EVERYONE,
    "organisation.token.revoke": EVERYONE,
    # data
    "data.source.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "data.source.create": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.source.update": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.source.test": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.source.scan": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.source.record_storage": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.storagerecord.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "data.scan.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "data.scan.stop": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.scan.resume": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "data.scantable.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "data.dataset.view": STAFF,
    "data.dataset.confirm": frozenset({R.DSO}),
    "data.dataset.assign": frozenset({R.DSO}),
    "data.column.view": STAFF,
    "data.column.confirm": frozenset({R.DSO}),
    "data.column.override": frozenset({R.DSO}),
    "data.column.send_back": frozenset({R.DSO}),
    "data.gradedecision.view": STAFF,
    "data.inventoryreview.view": GOVERNORS,
    "data.inventoryreview.create": frozenset({R.DSO}),
    "data.revieweddataset.view": GOVERNORS,
    # messages
    "messages.message.view": STAFF,
    "messages.message.read": STAFF,
    "messages.message.read_all": STAFF,
    "messages.message.prefer": STAFF,
    "messages.channel.view": ADMINISTRATORS,
    "messages.channel.create": frozenset({R.SECURITY_ADMIN}),
    "messages.channel.test": frozenset({R.SECURITY_ADMIN}),
    "messages.channel.retire": frozenset({R.SECURITY_ADMIN}),
    "messages.delivery.view": ADMINISTRATORS,
    "messages.delivery.retry": frozenset({R.SECURITY_ADMIN}),
    "messages.attempt.view": ADMINISTRATORS,
    # findings and self-inspections
    "assets.finding.view": GOVERNORS | {R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD},
    "assets.finding.assign": frozenset({R.DSO, R.SECURITY_ADMIN}),
    "assets.finding.fix": frozenset({R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD}),
    "assets.finding.retest": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.finding.except_until": frozenset({R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD, R.SECURITY_ADMIN}),
    "assets.findingbatch.view": GOVERNORS | {R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD},
    "assets.findingbatch.record": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.findingbatch.add": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.findingbatch.template": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.findingexception.view": GOVERNORS | {R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD},
    "assets.inspection.view": GOVERNORS | {R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD},
    "assets.inspection.open": frozenset({R.DSO, R.SECURITY_ADMIN}),
    "assets.inspection.conclude": frozenset({R.DSO}),
    "assets.inspection.report_docx": frozenset({R.DSO, R.SECURITY_ADMIN, R.AUDITOR, R.HEAD}),
    "assets.inspection.report_pdf": frozenset({R.DSO, R.SECURITY_ADMIN, R.AUDITOR, R.HEAD}),
    "assets.institutionparticulars.view": GOVERNORS | {R.SYSTEM_ADMIN},
    "assets.institutionparticulars.keep": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.networkparticulars.view": GOVERNORS | {R.SYSTEM_ADMIN, R.DEPARTMENT_HEAD},
    "assets.network.particulars": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.grading_report_docx": GOVERNORS,
    "assets.network.grading_report_pdf": GOVERNORS,
    "assets.network.filing_form_docx": GOVERNORS,
    "assets.network.filing_form_pdf": GOVERNORS,
    "assets.inspection.report": frozenset({R.DSO, R.SECURITY_ADMIN}),
    # approvals
    "approvals.process.view": STAFF,
    "approvals.process.approve": frozenset({R.DEPARTMENT_HEAD, R.DSO, R.LEGAL, R.KEY_HOLDER, R.HEAD}),
    "approvals.process.refuse": frozenset({R.DEPARTMENT_HEAD, R.DSO, R.LEGAL, R.KEY_HOLDER, R.HEAD}),
    "approvals.process.withdraw": STAFF,
    "approvals.process.ask_again": STAFF,
    "approvals.delegation.view": STAFF,
    "approvals.delegation.create": frozenset({R.DEPARTMENT_HEAD, R.DSO, R.LEGAL, R.KEY_HOLDER, R.HEAD}),
    "approvals.delegation.end": STAFF,
    # networks and their protection
    "assets.network.view": STAFF,
    "assets.network.create": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.import": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.template": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.update": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.launch": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.grade": frozenset({R.SECURITY_ADMIN, R.DEPARTMENT_HEAD}),
    "assets.network.file": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.evaluate": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.assess": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.network.retire": frozenset({R.SECURITY_ADMIN, R.DEPARTMENT_HEAD}),
    "assets.grading.view": STAFF,
    "assets.grading.opinion": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.grading.withdraw": frozenset({R.SECURITY_ADMIN, R.DEPARTMENT_HEAD}),
    "assets.filing.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "assets.filing.receive": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.evaluation.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "assets.evaluation.plan": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.agency.view": GOVERNORS | {R.SYSTEM_ADMIN},
    "assets.agency.create": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.agency.renew": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.agency.withdraw": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.safeguard.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "assets.safeguard.assess": frozenset({R.SECURITY_ADMIN, R.DSO}),
    "assets.protectionplan.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "assets.protectionplan.propose": frozenset({R.SECURITY_ADMIN, R.DEPARTMENT_HEAD}),
    "assets.retirement.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    # access
    "access.request.view": STAFF,
    "access.request.create": frozenset({R.APPLICANT, R.DEPARTMENT_HEAD, R.DSO}),
    "access.request.approve": frozenset({R.DEPARTMENT_HEAD, R.DSO, R.LEGAL, R.KEY_HOLDER, R.HEAD}),
    "access.request.refuse": frozenset({R.DEPARTMENT_HEAD, R.DSO, R.LEGAL, R.KEY_HOLDER, R.HEAD}),
    "access.request.open": frozenset({R.APPLICANT, R.DEPARTMENT_HEAD, R.DSO}),
    "access.request.withdraw": frozenset({R.APPLICANT, R.DEPARTMENT_HEAD, R.DSO}),
    "access.grant.view": STAFF,
    "access.grant.close": frozenset({R.DSO, R.SECURITY_ADMIN}),
    "access.grant.break_glass": frozenset({R.APPLICANT, R.DEPARTMENT_HEAD}),
    "access.grant.review": frozenset({R.DSO}),
    "access.use.view": GOVERNORS | {R.DEPARTMENT_HEAD},
    "access.internalaudit.view": GOVERNORS,
    "access.internalaudit.create": frozenset({R.AUDITOR}),
    "access.protection.view": GOVERNORS,
    "access.protection.create": frozenset({R.SECURITY_ADMIN, R.DSO}),
    # obligations
    "obligations.standing.view": GOVERNORS | {R.LEGAL},
    "obligations.agenda.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN},
    "obligations.clause.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.duty.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.score.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.timeline.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.oversight.view": frozenset({R.AUDITOR, R.DSO, R.HEAD, R.LEGAL}),
    "obligations.posture.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.calendarfeed.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.calendarfeed.create": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.calendarfeed.revoke": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.reminder.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.posturechange.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.dayposture.view": GOVERNORS,
    "obligations.profileanswer.view": GOVERNORS | {R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.profileanswer.set": frozenset({R.DSO}),
    "obligations.profileanswer.withdraw": frozenset({R.DSO}),
    "obligations.exemption.view": GOVERNORS | {R.DEPARTMENT_HEAD, R.LEGAL},
    "obligations.exemption.create": frozenset({R.DSO, R.DEPARTMENT_HEAD}),
    "obligations.exemption.end": frozenset({R.DSO, R.DEPARTMENT_HEAD, R.HEAD}),
    "obligations.readingchoice.view": GOVERNORS | {R.LEGAL},
    "obligations.readingchoice.create": frozenset({R.DSO}),
    "obligations.readingchoice.end": frozenset({R.DSO, R.HEAD}),
    "obligations.calendaryear.view": GOVERNORS | {R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.calendaryear.import": frozenset({R.DSO, R.SYSTEM_ADMIN}),
    # evidence and proof
    "obligations.evidencefile.view": STAFF,
    "obligations.evidencefile.create": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.evidencefile.serve": GOVERNORS | {R.DEPARTMENT_HEAD, R.SYSTEM_ADMIN, R.LEGAL},
    "obligations.evidencefile.withdraw": frozenset({R.DSO, R.SECURITY_ADMIN}),
    "obligations.evidencefile.read": STAFF,
    "obligations.pack.create": GOVERNORS | {R.LEGAL},
    # ledger
    "audit.entry.view": GOVERNORS,
    "audit.checkpoint.view": GOVERNORS,
    # keys
    "keys.cipherproduct.view": frozenset({R.SECURITY_ADMIN, R.AUDITOR, R.DSO}),
    "keys.cipherproduct.create": frozenset({R.SECURITY_ADMIN}),
    "keys.cipherproduct.retire": frozenset({R.SECURITY_ADMIN}),
    "keys.datakey.view": frozenset({R.SECURITY_ADMIN, R.AUDITOR, R.DSO}),
    "keys.personalkey.view": GOVERNORS,
}


def permitted(action: str, roles: Iterable[Role | str]) -> bool:
    """Whether any of `roles` includes `action`; an unknown action is included in none."""
    return not PERMISSIONS.get(action, frozenset()).isdisjoint(roles)


def require(action: str, roles: Iterable[Role | str]) -> None:
    """Raise NotPermitted unless one of `roles` includes `action`."""
    if not permitted(action, roles):
        raise NotPermitted(action=action)
