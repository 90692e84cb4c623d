"""A text of the programme in its three languages, on its way to three columns."""

from dataclasses import dataclass

from sdgpartners.core.text import LANGUAGE_CODES


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in English, French and Dutch."""

    en: str
    fr: str
    nl: str

    @property
    def is_complete(self) -> bool:
        """Whether each language has words."""
        return all(getattr(self, code).strip() for code in LANGUAGE_CODES)

    def columns(self, name: str) -> dict[str, str]:
        """`{"title_en": ..., "title_fr": ..., "title_nl": ...}` for the columns behind `name`."""
        return {f"{name}_{code}": getattr(self, code).strip() for code in LANGUAGE_CODES}
