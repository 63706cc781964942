"""What people fill in to ask for data, decide on it, and close or review windows."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xingdun.access.models import InternalAudit, LegalBasis, Purpose, Recipient, RowRule
from xingdun.access.widgets import ColumnsWidget, columns_asked
from xingdun.data.models import Column, Source

_LINES = {"rows": 3}


class _WithRows(forms.Form):
    """Three fields that together say which rows, after source and columns."""

    field_order = ("source", "columns", "row_column", "row_operator", "row_values")

    row_column = forms.CharField(
        label=_("only rows where"),
        required=False,
        max_length=400,
        help_text=_("a column: its name, or table.column when several tables have one of that name"),
    )
    row_operator = forms.ChoiceField(
        label=_("comparison"), choices=RowRule.Operator, required=False, initial=RowRule.Operator.AMONG
    )
    row_values = forms.CharField(
        label=_("values"), required=False, max_length=4000, help_text=_("several are parted by commas")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "columns" in self.fields:
            self.fields["columns"].queryset = columns_asked()  # type: ignore[attr-defined] # a model choice field
        if "source" in self.fields:
            sources = Source.objects.filter(protection__isnull=False)
            self.fields["source"].queryset = sources  # type: ignore[attr-defined] # the same
            only = list(sources[:2])
            if len(only) == 1:
                self.fields["source"].initial = only[0].pk

    def rule(self, cleaned: dict[str, Any]) -> dict[str, Any] | None:
        """The three fields as one rule, taken out of `cleaned`; None when they are empty."""
        named, operator = cleaned.pop("row_column", ""), cleaned.pop("row_operator", "") or "in"
        values = [value.strip() for value in cleaned.pop("row_values", "").split(",") if value.strip()]
        if bool(named) != bool(values):
            self.add_error("row_values", _("A row rule needs both its column and its values."))
            return None
        column = self._column(named, cleaned) if named else None
        return {"column": column, "operator": operator, "values": values} if column else None

    def _column(self, named: str, cleaned: dict[str, Any]) -> Column | None:
        """The one column of that name (or key) among the tables asked for, else in the source."""
        offered = columns_asked()
        if cleaned.get("source"):
            offered = offered.filter(dataset__source=cleaned["source"])
        asked = {column.dataset_id for column in cleaned.get("columns") or ()}
        for within in (offered.filter(dataset__in=asked), offered):
            found = list(_of_name(within, named)[:2])
            if len(found) == 1:
                return found[0]
            if found:
                self.add_error("row_column", _("Several tables have a column of that name: write table.column."))
                return None
        self.add_error("row_column", _("There is no column of that name."))
        return None


def _of_name(columns: QuerySet[Column], named: str) -> QuerySet[Column]:
    with suppress(ValueError):
        return columns.filter(pk=UUID(named))
    table, _dot, name = named.rpartition(".")
    if not table:
        return columns.filter(name=name)
    schema, _dot, table = table.rpartition(".")
    within = columns.filter(name=name, dataset__name=table)
    return within.filter(dataset__schema=schema) if schema else within


class RequestForm(_WithRows):
    """A request for data."""

    source = forms.ModelChoiceField(label=_("source"), queryset=Source.objects.none())
    columns = forms.ModelMultipleChoiceField(label=_("columns"), queryset=Column.objects.none(), widget=ColumnsWidget)
    purpose = forms.ChoiceField(label=_("purpose"), choices=Purpose)
    legal_basis = forms.ChoiceField(label=_("legal basis"), choices=LegalBasis)
    reason = forms.CharField(label=_("what for"), widget=forms.Textarea(attrs=_LINES), max_length=2000)
    days = forms.IntegerField(label=_("days"), min_value=1, max_value=90, initial=30)
    project_number = forms.CharField(label=_("project number"), required=False, max_length=80)
    recipient = forms.ChoiceField(label=_("recipient"), choices=Recipient, initial=Recipient.OWN_DEPARTMENT)
    recipient_name = forms.CharField(label=_("recipient's name"), required=False, max_length=200)
    consent_record = forms.CharField(label=_("record of consent"), required=False, max_length=200)
    agreement = forms.CharField(label=_("data security agreement"), required=False, max_length=200)
    state_approval = forms.CharField(label=_("state approval document"), required=False, max_length=200)
    provincial_assessment = forms.CharField(label=_("provincial health assessment"), required=False, max_length=200)
    export_assessment = forms.CharField(label=_("export assessment"), required=False, max_length=200)
    anonymised = forms.BooleanField(label=_("anonymised, with the test that shows it"), required=False)
    state_secret = forms.BooleanField(label=_("contains state secrets"), required=False)

    def clean(self) -> dict[str, Any]:
        """Purpose and recipient go together; the row fields become one rule."""
        cleaned = super().clean() or {}
        rule = self.rule(cleaned)
        cleaned["rows"] = [rule] if rule else []
        outside = {Recipient.OUTSIDE, Recipient.ABROAD}
        if cleaned.get("recipient") in outside and not cleaned.get("recipient_name"):
            self.add_error("recipient_name", _("Name the recipient."))
        return cleaned


class BreakGlassForm(_WithRows):
    """Access for treating one patient, at once."""

    source = forms.ModelChoiceField(label=_("source"), queryset=Source.objects.none())
    columns = forms.ModelMultipleChoiceField(label=_("columns"), queryset=Column.objects.none(), widget=ColumnsWidget)
    reason = forms.CharField(
        label=_("why there is no time to ask"), widget=forms.Textarea(attrs=_LINES), max_length=2000
    )

    def clean(self) -> dict[str, Any]:
        """The row fields pick the patient."""
        cleaned = super().clean() or {}
        rule = self.rule(cleaned)
        if rule is None:
            self.add_error("row_column", _("Name the patient: the column that holds the number, and the number."))
        cleaned["patient"] = {"column": rule["column"].name, "values": rule["values"]} if rule else {}
        return cleaned


class ApproveForm(forms.Form):
    """Approve, perhaps with less."""

    cut = forms.ModelMultipleChoiceField(
        label=_("columns to cut"), queryset=Column.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("days, if fewer"), min_value=1, required=False)
    reason = forms.CharField(label=_("remark"), widget=forms.Textarea(attrs=_LINES), required=False, max_length=2000)

    def prepare(self, *, record: Any, **_: Any) -> None:
        """Offer the columns that nobody has cut yet."""
        remaining = record.columns.filter(cut_by__isnull=True).select_related("column__dataset")
        self.fields["cut"].queryset = remaining  # type: ignore[attr-defined] # a model choice field
        self.initial.pop("days", None)

    def clean_cut(self) -> list[Any]:
        """The keys of the columns cut."""
        return [asked.pk for asked in self.cleaned_data["cut"]]


class ReasonForm(forms.Form):
    """A reason that must be given."""

    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs=_LINES), max_length=2000)


class ReviewForm(forms.Form):
    """What the review of a break-glass window found."""

    justified = forms.TypedChoiceField(
        label=_("found"),
        choices=[("yes", _("justified")), ("no", _("not justified"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label=_("remark"), widget=forms.Textarea(attrs=_LINES), max_length=2000)


class ProtectForm(forms.Form):
    """The administrator's login that opens windows in a source."""

    source = forms.ModelChoiceField(label=_("source"), queryset=Source.objects.none())
    administrator = forms.CharField(
        label=_("administrator's login"), max_length=63, help_text=_("may create roles and grant SELECT there")
    )
    secret = forms.CharField(label=_("password"), widget=forms.PasswordInput, max_length=200)
    log_folder = forms.CharField(
        label=_("folder of the database's jsonlog"), required=False, max_length=500, help_text=_("for what was done")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = Source.objects.filter(kind=Source.Kind.POSTGRESQL)  # type: ignore[attr-defined] # a model choice field


class InternalAuditForm(forms.Form):
    """What an internal audit looked at and found."""

    kind = forms.ChoiceField(label=_("audit of"), choices=InternalAudit.Kind.choices)
    findings = forms.CharField(label=_("findings"), widget=forms.Textarea(attrs=_LINES), max_length=4000)
    exceptions = forms.IntegerField(label=_("exceptions"), min_value=0, max_value=100_000, initial=0)
    important = forms.BooleanField(
        label=_("key accounts looked at"),
        required=False,
        help_text=_("The operations of approvers, administrators and regulators, one by one."),
    )
