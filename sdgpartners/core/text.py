"""Texts of the programme: three declared columns and one descriptor."""

from typing import Any, overload

from django.utils.translation import get_language

LANGUAGE_CODES = ("en", "fr", "nl")


class Translated:
    """Reads `<name>_<language>` of the active language; where that is empty the first of en, fr, nl that is not.

    >>> class Call(Model):
    ...     title_en = CharField(...); title_fr = CharField(...); title_nl = CharField(...)
    ...     title = Translated()
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

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
