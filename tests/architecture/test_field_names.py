"""What the desk calls a field is said in the reader's language: columns, filters and fields of every list and form."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path, label_for_field
from django.db import models
from django.utils import translation

OWN = ("applications", "budget", "documents", "exchanges", "matching", "notifications", "people", "programme")
# Words that Dutch writes as English does.
SAME = {
    "Label", "account", "agenda", "budget", "code", "criteria", "donor", "label", "mail", "mails", "minimum",
    "postcodes", "scenario", "score", "status", "type", "website",
}  # fmt: skip


def shown_models() -> dict[type[models.Model], Any]:
    """The model admins of the portal's own models, with those of their inlines; what a library registers is the
    library's to translate."""
    found: dict[type[models.Model], Any] = {}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in OWN:
            found[model] = model_admin
            for inline in model_admin.inlines:
                found.setdefault(inline.model, inline(model, admin.site))
    return found


def named_fields(model: type[models.Model]) -> list[Any]:
    """The columns that somebody declared; the primary key is nobody's to read."""
    declared = [field for field in model._meta.get_fields() if field.concrete and not field.auto_created]
    return [field for field in declared if not getattr(field, "primary_key", False)]


def labels_of(model: type[models.Model], model_admin: Any) -> Iterator[tuple[str, str]]:
    """Where a label stands and what it says in the active language."""
    for field in named_fields(model):
        yield f"field {field.name}", str(field.verbose_name)
    for name in getattr(model_admin, "list_display", ()):
        yield f"column {name}", str(label_for_field(name, model, model_admin))
    for each in getattr(model_admin, "list_filter", ()):
        chosen = each[0] if isinstance(each, tuple) else each
        if isinstance(chosen, str):
            yield f"filter {chosen}", str(get_fields_from_path(model, chosen)[-1].verbose_name)
        else:
            yield f"filter {chosen.__name__}", str(chosen.title)


def labels() -> dict[str, str]:
    return {
        f"{model._meta.label} {place}": text
        for model, model_admin in shown_models().items()
        for place, text in labels_of(model, model_admin)
    }


def untranslated(code: str, same: set[str]) -> list[str]:
    with translation.override("en"):
        english = labels()
    with translation.override(code):
        own = labels()
    return sorted(
        f"{place}: {text}" for place, text in own.items() if text == english[place] and text not in same
    )


def test_every_label_of_the_desk_is_said_in_dutch() -> None:
    assert untranslated("nl", SAME) == []


def test_every_field_of_the_desk_is_named_in_words() -> None:
    """Without a name Django makes one of the column (“is active”), which nobody can translate."""
    made = [
        f"{model._meta.label}.{field.name}"
        for model in shown_models()
        for field in named_fields(model)
        if isinstance(field.verbose_name, str)
    ]
    assert made == []
