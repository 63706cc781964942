"""Bodies of actions: an action's form is the one judge of what may be sent, over pages and over the API."""

import base64
import json
from typing import Any

from django import forms
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.utils.datastructures import MultiValueDict

from xingdun.doors.api.errors import NotJson
from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import BadInput
from xingdun.frame.registers import Action


class Nothing(forms.Form):
    """The form of an action that asks for nothing."""


def object_in(request: Call) -> dict[str, Any]:
    """The body's JSON object; an empty body is an empty object. Raises NotJson."""
    if not request.body:
        return {}
    try:
        found = json.loads(request.body)
        if b"\\u" in request.body:  # half of a pair of surrogates is no text (RFC 7493, 2.1), and nothing can keep it
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise NotJson from None
    if not isinstance(found, dict):
        raise NotJson
    return found


def _posted(field: forms.Field, value: Any) -> list[Any]:
    """`value` as a page would post it."""
    if value is None or value is False:
        return []
    if isinstance(field, forms.JSONField):
        return [json.dumps(value)]
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["on" if value is True else str(value)]


def _uploaded(value: Any) -> SimpleUploadedFile | None:
    """The file that an object of `name`, `content` (base64) and, perhaps, `type` stands for; None when it is none."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        return None
    try:
        content = base64.b64decode(str(value.get("content", "")), validate=True)
        name = "".join(sign for sign in value["name"] if sign.isprintable())  # as Django reads names from a page
        return SimpleUploadedFile(name, content, str(value.get("type", "")))
    except (ValueError, SuspiciousFileOperation):
        return None


def _kept(form: forms.Form, name: str, record: Any) -> Any:
    """What a field that was not sent keeps: the record's own value, or what the form begins with."""
    field = form.fields[name]
    value = (
        getattr(record, name)
        if record is not None and hasattr(record, name)
        else form.get_initial_for_field(field, name)
    )
    if isinstance(value, Model):
        return value.pk
    return value if isinstance(value, bool) or isinstance(field, forms.JSONField) else field.prepare_value(value)


def cleaned(action: Action, request: Call, record: Any | None) -> dict[str, Any]:
    """The arguments of the action's service. Raises NotJson, BadInput with `errors`, one for each fault."""
    sent = object_in(request)
    form = (action.form or Nothing)()
    prepare = getattr(form, "prepare", None)
    if prepare is not None:
        prepare(record=record, person=request.person, roles=request.roles, now=request.now)
    errors = [{"field": name, "problem": "unknown"} for name in sent if name not in form.fields]
    data: MultiValueDict[str, Any] = MultiValueDict()
    files: MultiValueDict[str, Any] = MultiValueDict()
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            found = _uploaded(sent.get(name))
            if found is not None:
                files.setlist(form.add_prefix(name), [found])
            elif sent.get(name) is not None:
                errors.append({"field": name, "problem": "an object of name and content (base64)"})
            continue
        value = sent[name] if name in sent else _kept(form, name, record)
        data.setlist(form.add_prefix(name), _posted(field, value))
    form.data, form.files, form.is_bound = data, files, True
    form.full_clean()
    for name, faults in form.errors.items():
        errors += [{"field": "" if name == "__all__" else name, "problem": str(fault)} for fault in faults]
    if errors:
        raise BadInput(field=errors[0]["field"] or "-", problem=errors[0]["problem"], errors=errors)
    return dict(form.cleaned_data)
