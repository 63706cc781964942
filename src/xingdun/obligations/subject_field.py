"""The field of forms that asks which record something is about. The API sends its reference, `app.model:key`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xingdun.frame.roles import Role
from xingdun.frame.wording import listed
from xingdun.obligations.catalogue import load
from xingdun.obligations.picking import LONGEST, Picked, candidates, kind_of, kinds

NAME = "subject"
SOUGHT = "sought"
_FIND = {
    "hx-get": reverse_lazy("console:obligations.subjects"),
    "hx-include": "closest form",
    "hx-params": f"duty,duties,{NAME},{NAME}_kind,{NAME}_words",
    "hx-swap": "outerHTML",
}
LIMITS = {**_FIND, "hx-trigger": "change", "hx-target": f"#id_{NAME}-picker", "hx-select": f"#id_{NAME}-picker"}
"""Attributes of the field of duties: what they are about is offered anew when others are chosen."""


class SubjectWidget(forms.Widget):
    """A kind, words to find a record by, and the records found; it works without a script, too."""

    use_fieldset = True

    def __init__(self) -> None:
        super().__init__()
        self.roles: frozenset[Role | str] = frozenset()
        self.duties: tuple[str, ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Picked:
        """What was chosen and typed."""
        del files
        several = data.getlist if isinstance(data, MultiValueDict) else lambda key: [data[key]] if key in data else []
        return Picked(
            reference=str(data.get(name) or "").strip(),
            kind=str(data.get(f"{name}_kind") or ""),
            words=str(data.get(f"{name}_words") or "")[:LONGEST].strip(),
            duties=tuple(each for each in (*several("duty"), *several("duties")) if each),
            seek=f"{name}_seek" in data,
        )

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The kinds that may be meant, and the records found."""
        del renderer
        picked = value if isinstance(value, Picked) else Picked(reference=str(value or ""), duties=self.duties)
        offered = kinds(picked.duties, self.roles)
        found, more = candidates(picked, offered)
        words = load().vocabulary.subjects
        context = {
            "name": name,
            "id": (attrs or {}).get("id") or f"id_{name}",
            "find": _FIND,
            "picked": picked,
            "kinds": [(kind, words[kind].say(get_language() or "en")) for kind in offered],
            "found": [(each, words[each.kind].say(get_language() or "en")) for each in found],
            "more": more,
        }
        return render_to_string("obligations/subject.html", context)


class SubjectField(forms.Field):
    """The reference of the record that is meant; empty when none in particular is."""

    widget = SubjectWidget
    default_error_messages = {
        SOUGHT: _("Choose one of those found, then send the form."),
        "none": _("Nothing is found by these words. Look how it is written in its register."),
        "several": _("Several records are found by these words: choose one."),
    }

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self.roles: frozenset[Role | str] = frozenset()

    def offer(self, *, roles: Iterable[Role | str], duties: Iterable[str]) -> None:
        """Offer what `roles` may see; `duties` are those chosen when the form is opened."""
        self.roles = frozenset(roles)
        shown = self.widget
        assert isinstance(shown, SubjectWidget)  # noqa: S101 - the field's own
        shown.roles, shown.duties = self.roles, tuple(duties)

    def clean(self, value: Any) -> str:
        """The reference chosen; what was typed stands for the one record it finds."""
        picked = value if isinstance(value, Picked) else Picked(reference=str(value or ""))
        if picked.seek:
            raise forms.ValidationError(self.error_messages[SOUGHT], code=SOUGHT)
        if picked.reference or not picked.words:
            return picked.reference
        found, more = candidates(picked, kinds(picked.duties, self.roles))
        if len(found) == 1 and not more:
            return found[0].reference
        kind = "several" if found else "none"
        raise forms.ValidationError(self.error_messages[kind], code=kind)


class AboutForm(forms.Form):
    """A form that asks which record it is about, of those that its duties (`duty` or `duties`) are about."""

    subject = SubjectField(
        label=_("about"), required=False, help_text=_("Found by its name or code; nothing chosen: as a whole.")
    )

    def prepare(self, *, roles: Iterable[Role | str], **_known: Any) -> None:
        """Offer what the reader may see."""
        chosen = self.initial.get("duties") or self.initial.get("duty") or ()
        duties = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        self.fields[NAME].offer(roles=roles, duties=duties)  # type: ignore[attr-defined] # a SubjectField

    def full_clean(self) -> None:
        """As any form; while a record is sought, nothing else is found fault with."""
        super().full_clean()
        if self.is_bound and self.has_error(NAME, SOUGHT):
            for name in set(self.errors) - {NAME}:
                del self.errors[name]

    def clean(self) -> dict[str, Any]:
        """A record is of a kind that the duties are about."""
        cleaned = dict(super().clean() or {})
        chosen = cleaned.get("duties") or cleaned.get("duty") or ()
        duties = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        about = {duty.subject for key in duties if (duty := load().duties.get(key))}
        reference = cleaned.get(NAME, "")
        if reference and about and kind_of(reference) not in about:
            words = load().vocabulary.subjects
            named = sorted(words[kind].say(get_language() or "en") for kind in about)
            problem = _("The duties chosen are about: %(kinds)s. Choose such a record, or none.")
            self.add_error(NAME, forms.ValidationError(problem, params={"kinds": listed(named)}))
        return cleaned
