"""The words for codes: records and actions of the table of rights, and what ledger entries say was done."""

from collections.abc import Callable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.frame.registers import registers
from xingdun.obligations.catalogue import load

ACTIONS: dict[str, Any] = {
    "view": _("see"),
    "create": _("add"),
    "update": _("change"),
    "leave": _("record leaving"),
    "reset_password": _("reset the password"),
    "end": _("end"),
    "revoke": _("revoke"),
    "scan": _("scan"),
    "protect": _("protect"),
    "stop": _("stop"),
    "resume": _("resume"),
    "confirm": _("confirm"),
    "override": _("override"),
    "send_back": _("send back"),
    "approve": _("approve"),
    "refuse": _("refuse"),
    "withdraw": _("withdraw"),
    "open": _("open"),
    "close": _("close"),
    "break_glass": _("break glass"),
    "review": _("review"),
    "record": _("record"),
    "change": _("change"),
    "start": _("start"),
    "finish": _("finish"),
    "fail": _("fail"),
    "export": _("export"),
    "download": _("hand out a file"),
    "add": _("add"),
    "sign": _("sign"),
    "expire": _("expire"),
    "measure": _("measure"),
    "seal": _("seal"),
    "import": _("import"),
    "take": _("take"),
    "alarm": _("alarm"),
    "use": _("use"),
    "destroy": _("destroy"),
    "rotate": _("rotate"),
    "denied": _("refused to someone without the right"),
    "change_password": _("change the password"),
    "second_factor": _("second factor"),
    "language": _("language"),
    "sign_in": _("sign in"),
    "sign_out": _("sign out"),
    "assign": _("assign"),
    "gone": _("found gone"),
    "session_ended": _("session ended"),
    "emergency": _("emergency"),
    "plan": _("plan"),
    "run": _("run"),
    "table": _("table"),
    "test": _("test"),
    "send": _("send"),
    "read": _("read it"),
    "settle": _("settle"),
    "digest": _("daily digest"),
    "set": _("choose"),
    "read_all": _("mark all as read"),
    "prefer": _("choose when to be told"),
    "retry": _("send again"),
    "finished": _("finished"),
    "stopped": _("stopped"),
    "failed": _("failed"),
    "retire": _("retire"),
    "ask_again": _("ask again"),
    "stuck": _("found that nobody can decide"),
    "unstuck": _("found that people can decide again"),
    "template": _("fetch the template"),
    "grade": _("propose a level"),
    "file": _("file"),
    "evaluate": _("record a test"),
    "assess": _("assess"),
    "launch": _("take into operation"),
    "opinion": _("record the authority's reply"),
    "receive": _("record the receipt"),
    "propose": _("propose"),
    "renew": _("renew"),
    "approved": _("was approved"),
    "refused": _("was refused"),
    "withdrawn": _("was taken back"),
    "fix": _("report as mended"),
    "retest": _("retest"),
    "except": _("ask for an exception"),
    "except_until": _("ask for an exception"),
    "keep": _("enter or change"),
    "conclude": _("conclude"),
    "report": _("record the report"),
    "report_docx": _("fetch the rectification report (Word)"),
    "report_pdf": _("fetch the rectification report (PDF)"),
    "queue": _("queue"),
    "particulars": _("enter the particulars for filings"),
    "grading_report_docx": _("fetch the grading report (Word)"),
    "grading_report_pdf": _("fetch the grading report (PDF)"),
    "filing_form_docx": _("fetch the filing form (Word)"),
    "filing_form_pdf": _("fetch the filing form (PDF)"),
    "suspend": _("suspend"),
    "restore": _("let in again"),
    "add_record": _("add a personnel record"),
    "record_storage": _("record where and how it is stored"),
    "serve": _("fetch the file"),
    "verify": _("confirm"),
    "oscal_catalog": _("fetch the law (OSCAL catalogue)"),
    "oscal_profile": _("fetch what applies (OSCAL profile)"),
    "oscal_assessment": _("fetch the measurements (OSCAL assessment results)"),
    "oscal_poam": _("fetch what is to be mended (OSCAL plan of action)"),
    "ciso_assistant": _("fetch the law (CISO Assistant library)"),
}
NOUNS: dict[str, Any] = {
    "posture": _("posture"),
    "profileanswer": _("answer of the profile"),
    "exemption": _("exemption"),
    "readingchoice": _("choice of reading"),
    "calendar_year": _("calendar year"),
    "catalogue": _("catalogue"),
    "institution": _("institution"),
    "department": _("department"),
    "person": _("person"),
    "appointment": _("appointment"),
    "account": _("account"),
    "token": _("API token"),
    "approval": _("approval"),
    "register": _("list"),
    "source": _("source"),
    "scan": _("scan"),
    "networkimport": _("import of networks"),
    "dataset": _("dataset"),
    "column": _("column"),
    "review": _("yearly review"),
    "request": _("request"),
    "grant": _("grant"),
    "access": _("access"),
    "protection": _("protection"),
    "use": _("use"),
    "key": _("key"),
    "datakey": _("data key"),
    "signingkey": _("signing key"),
    "personalkey": _("signature key"),
    "delegation": _("delegation"),
    "evidencefile": _("evidence"),
    "pack": _("proof pack"),
    "ledger": _("ledger"),
    "message": _("message"),
    "channel": _("channel"),
    "delivery": _("delivery"),
    "preference": _("preference"),
    "reminder": _("reminder"),
    "feed": _("calendar address"),
    "network": _("network"),
    "grading": _("grading"),
    "filing": _("report to an authority"),
    "evaluation": _("evaluation"),
    "agency": _("evaluation agency"),
    "safeguard": _("safeguard"),
    "safeguards": _("safeguards"),
    "protectionplan": _("protection plan"),
    "plan": _("protection plan"),
    "retirement": _("retirement"),
    "finding": _("finding"),
    "findingbatch": _("result of a check"),
    "findingexception": _("exception of a finding"),
    "inspection": _("self-inspection"),
    "institutionparticulars": _("particulars of the institution"),
    "networkparticulars": _("particulars of a network"),
    "data": _("data"),
    "post": _("post"),
    "cipherproduct": _("cryptographic product"),
    "internalaudit": _("internal audit"),
}
RECORDS: dict[str, Any] = {
    "obligations.standing": _("where the institution stands"),
    "obligations.agenda": _("morning list"),
    "obligations.clause": _("clauses"),
    "obligations.duty": _("duties"),
    "obligations.score": _("scores"),
    "obligations.timeline": _("timeline"),
    "obligations.oversight": _("oversight"),
    "console.overview": _("overview"),
    "console.settings": _("settings"),
    "console.account": _("own account"),
    "obligations.pack": _("proof packs"),
    "organisation.token": _("API tokens"),
}


def action_words(action: str) -> Any:
    """An action in words."""
    return ACTIONS.get(action, action.replace("_", " "))


def record_words(key: str) -> Any:
    """The records of `domain.record` in words."""
    if key in RECORDS:
        return RECORDS[key]
    register = registers.get(key)
    return register.title if register else key


def done_words(code: str) -> Any:
    """What a ledger entry says was done (`grant.close`), in words; the code itself where a word is missing."""
    noun, _dot, verb = code.rpartition(".")
    if noun in NOUNS and verb in ACTIONS:
        return format_lazy("{}{}{}", NOUNS[noun], _(": "), ACTIONS[verb])
    return code


OUTCOMES: dict[str, Any] = {"done": _("done"), "denied": _("denied"), "failed": _("failed")}


def outcome_words(code: str) -> Any:
    """How what a ledger entry tells ended, in words."""
    return OUTCOMES.get(code, code)


def duty_words(key: str) -> str:
    """A duty by its title in the reader's language."""
    duty = load().duties.get(key)
    return duty.title.say(get_language() or "en") if duty else key


CODES: dict[tuple[str, str], Callable[[str], Any]] = {
    ("audit.entry", "action"): done_words,
    ("audit.entry", "outcome"): outcome_words,
    ("obligations.evidencefile", "uses.duty"): duty_words,
}
"""Fields whose values are codes, and their words."""
