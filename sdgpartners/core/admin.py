"""What the admin pages of all apps share."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.forms import Field
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import format_lazy

from sdgpartners.core.text import LANGUAGE_CODES, TEXT_LABELS


class ThreeLanguagesMixin(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """Labels the three columns behind a text of the programme: “Title (nl)”, in the reader's own language."""

    # Addresses without a scheme are taken as https, which Django does by itself from 6.0 on.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    text_labels: ClassVar[dict[str, str | Promise]] = TEXT_LABELS

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        text, _separator, language = db_field.name.rpartition("_")
        if field is not None and language in LANGUAGE_CODES and text in self.text_labels:
            field.label = format_lazy("{label} ({language})", label=self.text_labels[text], language=language)
        return field
