"""Which columns a spreadsheet of applications may have: the municipality, and every field of the call."""

from dataclasses import dataclass

from applications.fields import FieldKind, FieldSpec
from applications.models import Application, Call
from applications.selectors.sections import read_sections
from sdgpartners.programme.enums import Side, SouthernEntry

COUNTRY, CODE, NAME = "country", "code", "municipality"
# The code says which one it is; without it the name, where only one bears it.
IDENTITY = (COUNTRY, CODE, NAME)


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column behind those of IDENTITY. `sides` are those that are asked."""

    spec: FieldSpec
    sides: tuple[str, ...]


def import_columns(call: Call) -> dict[str, ImportColumn]:
    """The fields of every kind of application of `call`, by name, in the order of the form; files left out."""
    found: dict[str, ImportColumn] = {}
    for application in _kinds(call):
        for content in read_sections(application):
            for spec in content.fields:
                if spec.kind == FieldKind.FILE:
                    continue
                known = found.get(spec.name)
                sides = known.sides if known else ()
                if application.side not in sides:
                    sides = (*sides, application.side)
                found[spec.name] = ImportColumn(known.spec if known else spec, sides)
    return found


def _kinds(call: Call) -> list[Application]:
    """One application of each kind, never saved: of the north, and of each track."""
    kinds = [Application(call=call, side=Side.NORTH)]
    for track in call.tracks.select_related("partner_country__country").order_by("pk"):
        kinds.append(
            Application(call=call, side=Side.SOUTH, track=track, is_profile=track.entry != SouthernEntry.FULL)
        )
    return kinds
