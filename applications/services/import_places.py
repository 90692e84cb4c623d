"""Which municipality a row of a spreadsheet is about: by its official code, else by its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from applications.fields import Text
from applications.selectors.import_columns import CODE, COUNTRY, NAME
from sdgpartners.programme.forms import simple
from sdgpartners.programme.models import Municipality

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """The real municipalities of some countries, by country and code and by country and plain name."""

    by_code: dict[Key, Municipality] = field(default_factory=dict)
    by_name: dict[Key, list[Municipality]] = field(default_factory=dict)

    def of(self, cells: Mapping[str, str]) -> Municipality | None:
        """The municipality of a row. A code counts alone; a name counts where one municipality of the country bears
        it, without regard to capitals, accents and signs."""
        country, code = cells.get(COUNTRY, "").upper(), cells.get(CODE, "")
        if code:
            return self.by_code.get((country, code)) or self.by_code.get((country, code.lstrip("0")))
        named = self._named(cells)
        return named[0] if len(named) == 1 else None

    def _named(self, cells: Mapping[str, str]) -> list[Municipality]:
        """Those that bear the name and exist today; else those that have merged, which the rules of the call refuse
        in words."""
        key = cells.get(COUNTRY, "").upper(), simple(cells.get(NAME, ""))
        found = self.by_name.get(key, [])
        return [place for place in found if place.successor_id is None] or found

    def why_not(self, cells: Mapping[str, str]) -> list[tuple[str, Text]]:
        """Why no municipality was found: columns and reasons."""
        found: list[tuple[str, Text]] = []
        if COUNTRY not in cells:
            found.append((COUNTRY, _("Fill in this column.")))
        if CODE not in cells and NAME not in cells:
            found.append((CODE, _("Fill in this column, or the name of the municipality.")))
        if found:
            return found
        if CODE in cells:
            return [(CODE, _("There is no municipality with this code in this country."))]
        if self._named(cells):
            return [(NAME, _("Several municipalities of this country have this name: fill in the code."))]
        return [(NAME, _("There is no municipality with this name in this country."))]


def places_of(countries: Iterable[str]) -> Places:
    """The municipalities of `countries`; one statement. Test municipalities are left out."""
    found = Places()
    rows = Municipality.objects.filter(country__in=set(countries), is_test=False).select_related("country")
    for place in rows:
        # Spreadsheets take a code for a number and drop the zeros in front of it.
        found.by_code.setdefault((place.country_id, place.code.lstrip("0")), place)
        for name in {simple(place.name), simple(place.alt_name)} - {""}:
            found.by_name.setdefault((place.country_id, name), []).append(place)
    for place in rows:
        found.by_code[place.country_id, place.code] = place
    return found
