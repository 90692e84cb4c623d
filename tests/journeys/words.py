"""The words on the pages in the journey's language, found by their message."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, override

from sdgpartners.core.display import format_money


@dataclass(frozen=True)
class Words:
    """Looks messages up as the pages do. Without a catalogue the message itself is what the page shows."""

    language: str

    def __call__(self, message: str, **values: object) -> str:
        """`message` in the journey's language, with its values filled in."""
        with override(self.language):
            text = gettext(message)
            return text % _shown(values) if values else text

    def many(self, one: str, many: str, count: int, **values: object) -> str:
        """A message with a number in it."""
        with override(self.language):
            text = ngettext(one, many, count)
            return text % {"count": count, **_shown(values)}

    def of(self, thing: object) -> str:
        """A lazy text, a choice's label or a row, as it reads in the journey's language."""
        with override(self.language):
            return str(thing)

    def field(self, row: object, name: str) -> str:
        """An attribute in the journey's language, such as the title of a subtheme."""
        with override(self.language):
            return str(getattr(row, name))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount as pages and reports write it."""
        with override(self.language):
            return format_money(amount, currency)

    def column(self, model: Any, name: str) -> str:
        """The label that the stock admin gives to a model's field."""
        with override(self.language):
            return capfirst(str(model._meta.get_field(name).verbose_name)) or ""


def _shown(values: dict[str, object]) -> dict[str, object]:
    """Numbers stay numbers; rows become what they read as in the present language."""
    return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}
