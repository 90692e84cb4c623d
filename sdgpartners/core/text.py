"""Texts of the programme: three declared columns and one descriptor."""

from typing import Any, overload

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_CODES = ("en", "fr", "nl")
# What people call these texts, over a column and beside a field.
TEXT_LABELS: dict[str, str | Promise] = {
    "name": _("Name"),
    "title": _("Title"),
    "text": _("Text"),
    "help": _("Help"),
    "label": _("Label"),
    "summary": _("Summary"),
    "description": _("Description"),
    "municipality_term": _("Word for a municipality"),
}


class Translated:
    """Reads `<name>_<language>` of the active language; where that is empty the first of en, fr, nl that is not.

    >>> class Call(Model):
    ...     title_en = CharField(...); title_fr = CharField(...); title_nl = CharField(...)
    ...     title = Translated()
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def short_description(self) -> str | Promise:
        """What Django's admin writes over the column."""
        return TEXT_LABELS.get(self.name, self.name)

    @overload
    def __get__(self, instance: None, owner: type) -> "Translated": ...
    @overload
    def __get__(self, instance: object, owner: type) -> str: ...
    def __get__(self, instance: object | None, owner: type) -> "Translated | str":
        return self if instance is None else self.value(instance, get_language())

    def value(self, instance: Any, language: str | None) -> str:
        """The text in `language`, or in the first language that has one."""
        order = ((language or "en").split("-")[0], *LANGUAGE_CODES)
        for code in order:
            text: str = getattr(instance, f"{self.name}_{code}", "")
            if text:
                return text
        return ""


def columns(name: str) -> tuple[str, str, str]:
    """The three column names behind a translated text."""
    en, fr, nl = (f"{name}_{code}" for code in LANGUAGE_CODES)
    return en, fr, nl
