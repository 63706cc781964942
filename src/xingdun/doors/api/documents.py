"""The OpenAPI 3.1 fragments of a register's operations, from the same declarations that do the work."""

from typing import Any

import django_filters as filters
from django import forms

from xingdun.doors.api.rows import DEFAULT_LIMIT, HIGHEST_LIMIT
from xingdun.doors.console.filters import filters_of
from xingdun.doors.console.values import heading
from xingdun.frame.registers import Action, Column, Download, Register

Schema = dict[str, Any]
PROBLEM = "application/problem+json"
STATUSES = {
    "400": "the request cannot be read",
    "401": "nobody is signed in",
    "403": "the caller's roles or scopes do not include it",
    "404": "there is no such record in the institution",
    "409": "the record's state does not allow it",
    "422": "a value cannot be taken",
}
PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "RFC 9457, with a stable code, what happened, what to do, and the clauses behind it.",
    "required": ["type", "title", "status", "code", "what", "todo", "clauses"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^XD-[A-Z]+-[0-9]{3}$"},
        "what": {"type": "string"},
        "todo": {"type": "string"},
        "clauses": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
            },
        },
        "places": {
            "type": "array",
            "description": "The actions by which what is missing is entered, on the record of that id or on the list.",
            "items": {
                "type": "object",
                "properties": {
                    "action": {"type": "string"},
                    "id": {"type": ["string", "null"]},
                    "missing": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
RECORD_SCHEMA: Schema = {
    "type": "object",
    "required": ["reference", "label"],
    "properties": {"reference": {"type": "string"}, "label": {"type": "string"}},
}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "object", "array", "null"]}
_KINDS: dict[str, Schema] = {
    "time": {"type": ["string", "null"], "format": "date-time"},
    "date": {"type": ["string", "null"], "format": "date"},
    "number": {"type": ["number", "string", "null"]},
    "state": {"type": ["string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "list": {"type": ["array", "object", "string", "null"]},
}
_FIELDS: tuple[tuple[type[forms.Field], Schema], ...] = (
    (forms.BooleanField, {"type": "boolean"}),
    (forms.IntegerField, {"type": "integer"}),
    (forms.FloatField, {"type": "number"}),
    (forms.DecimalField, {"type": "number"}),
    (forms.DateTimeField, {"type": "string", "format": "date-time"}),
    (forms.DateField, {"type": "string", "format": "date"}),
    (forms.JSONField, {}),
    (
        forms.FileField,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "content"],
            "properties": {
                "name": {"type": "string"},
                "content": {"type": "string", "contentEncoding": "base64"},
                "type": {"type": "string"},
            },
        },
    ),
    (forms.ModelMultipleChoiceField, {"type": "array", "items": {"type": "string"}}),
    (forms.MultipleChoiceField, {"type": "array", "items": {"type": "string"}}),
)


def problem_responses() -> Schema:
    """The answers every operation may give beside its own, once for the whole document."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {f"Problem{status}": {"description": words, "content": content} for status, words in STATUSES.items()}


def _problems() -> Schema:
    return {status: {"$ref": f"#/components/responses/Problem{status}"} for status in STATUSES}


def _answer(schema: Schema) -> Schema:
    return {
        "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}, **_problems()}
    }


def record_schema(register: Register, columns: tuple[Column, ...]) -> Schema:
    """A record as the API shows it."""
    properties: Schema = {"id": {"type": "string"}, "reference": {"type": "string"}, "label": {"type": "string"}}
    for column in columns:
        kind = _KINDS.get(column.kind, _SCALAR)
        properties[column.name] = {**kind, "title": heading(register.model, column)}
    return {"type": "object", "required": ["id", "reference", "label"], "properties": properties}


def _parameter(name: str, schema: Schema, words: Any) -> Schema:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": words}


def _filters(register: Register) -> dict[str, tuple[Schema, Any]]:
    found: dict[str, tuple[Schema, Any]] = {}
    for name, one in filters_of(register.key).base_filters.items():
        label = one.label or name
        if isinstance(one, filters.DateFromToRangeFilter):
            for end in ("after", "before"):
                found[f"{name}_{end}"] = ({"type": "string", "format": "date"}, label)
        elif isinstance(one, filters.ChoiceFilter):
            values = [value for value, _ in one.extra.get("choices", ()) if value != ""]
            found[name] = ({"type": "string", "enum": [str(value) for value in values]}, label)
        else:
            found[name] = ({"type": "string"}, label)
    return found


def filter_names(register: Register) -> frozenset[str]:
    """The query parameters that filter the register's list."""
    return frozenset(_filters(register))


def list_extra(register: Register) -> Schema:
    """The list: filters, order, pages."""
    sortable = [column.name for column in register.columns if column.sort]
    parameters = [_parameter(name, *facts) for name, facts in _filters(register).items()]
    parameters += [
        _parameter("sort", {"type": "string"}, f"Column names by commas, - for descending: {', '.join(sortable)}."),
        _parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": DEFAULT_LIMIT},
            "Rows a page.",
        ),
        _parameter("cursor", {"type": "string"}, "`next` of the page before."),
    ]
    schema = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": record_schema(register, register.columns)},
            "next": {"type": ["string", "null"]},
        },
    }
    return {"summary": register.title, "description": register.question, "parameters": parameters, **_answer(schema)}


def detail_extra(register: Register) -> Schema:
    """One record, and what the caller may do to it now."""
    schema = record_schema(register, (*register.columns, *register.detail))
    schema["properties"]["actions"] = {"type": "array", "items": {"type": "string"}}
    return {"summary": register.title, **_answer(schema)}


def download_extra(download: Download) -> Schema:
    """A file handed out, as its bytes."""
    content = {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
    return {
        "summary": download.label,
        "responses": {"200": {"description": "The file, always as a download.", "content": content}, **_problems()},
    }


def _field_schema(field: forms.Field) -> Schema:
    schema = dict(next((found for kind, found in _FIELDS if isinstance(field, kind)), {"type": "string"}))
    choices = getattr(field, "choices", ())
    if (
        isinstance(field, forms.ChoiceField)
        and not isinstance(field, forms.ModelChoiceField)
        and isinstance(choices, list)
    ):
        values = [str(value) for value, _ in choices if value not in ("", None)]
        if values and schema.get("type") == "array":
            schema["items"] = {"type": "string", "enum": values}
        elif values:
            schema["enum"] = values
    limits = {"max_length": "maxLength", "min_value": "minimum", "max_value": "maximum"}
    for name, keyword in limits.items():
        limit = getattr(field, name, None)
        if isinstance(limit, int | float):
            schema[keyword] = limit
    if field.label:
        schema["title"] = field.label
    if field.help_text:
        schema["description"] = field.help_text
    return schema


def body_schema(form: type[forms.Form] | None) -> Schema:
    """The body of an action, from its form's fields. A form that prepares itself says more when it is asked."""
    fields: dict[str, forms.Field] = form.base_fields if form else {}
    required = [name for name, field in fields.items() if field.required and field.initial is None]
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _field_schema(field) for name, field in fields.items()},
    }
    return schema | ({"required": required} if required else {})


def action_extra(action: Action) -> Schema:
    """What an action takes."""
    body = {"required": bool(action.form), "content": {"application/json": {"schema": body_schema(action.form)}}}
    extra = {"summary": action.label, "requestBody": body, **_answer({"type": "object"})}
    return extra | ({"description": action.help} if action.help else {})
