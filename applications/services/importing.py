"""Drafts from a spreadsheet: one row a municipality, through the same services as the form.

A preview is the import itself, taken back at the end, so that it can promise nothing that does not happen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.fields import FieldKind, SectionContent, Text, Value, Values, field_problem, problems_of
from applications.import_report import ImportReport, ImportRow, RowProblem, RowResult
from applications.import_values import CellRefused, value_of
from applications.models import Application, Call, SectionState
from applications.own_reasons import IMPORTED
from applications.selectors.eligibility import eligibility_of
from applications.selectors.import_columns import CODE, COUNTRY, IDENTITY, NAME, ImportColumn, import_columns
from applications.selectors.sections import read_sections
from applications.services.behalf import start_on_behalf
from applications.services.forms import save_section
from applications.services.import_places import Places, places_of
from applications.services.moving import locked
from applications.sheets import Row, Sheet, SheetRefused
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Association, Municipality

# What stands in a field that nobody has answered.
EMPTY: tuple[Value, ...] = ("", "0", [])


class _Refused(Exception):
    """The row cannot be imported; whatever it did already is taken back."""

    def __init__(self, *problems: RowProblem) -> None:
        self.problems = problems
        super().__init__()


@dataclass
class _Run:
    """What all rows of one import share."""

    call: Call
    actor: User
    countries: frozenset[str]
    places: Places
    present: dict[int, Application]
    associations: dict[str, Association]
    columns: dict[str, ImportColumn]
    seen: dict[int, int] = field(default_factory=dict)


def import_applications(
    *, call: Call, sheet: Sheet, actor: User, countries: Collection[str], write: bool, skip_bad: bool = False
) -> ImportReport:
    """Make or change the draft of each row's municipality, in one transaction; `countries` are those that `actor`
    may import for.

    Locks each municipality and draft. Empty cells leave a field as it is. Drafts belong to their municipality, which
    gets a mail and still has to sign; they are recorded as filled in by the association of `actor`. In a draft that a
    municipality began itself only what it left open can be filled in: a row that would replace more fails. What is no
    longer a draft is never touched. Nothing is kept unless `write`, and nothing if a row fails unless `skip_bad`.
    Raises SheetRefused for unknown or missing columns.
    """
    check_columns(call, sheet)
    with transaction.atomic():
        run = _prepare(call, sheet, actor, frozenset(countries))
        rows = tuple(_import_row(run, row) for row in sheet.rows)
        failed = any(row.result == RowResult.ERROR for row in rows)
        written = write and (skip_bad or not failed)
        if not written:
            # The references of drafts that were taken back mean nothing.
            rows = tuple(replace(row, reference="") if row.result == RowResult.NEW else row for row in rows)
            transaction.set_rollback(True)
    return ImportReport(call.code, rows, written)


def check_columns(call: Call, sheet: Sheet) -> None:
    """Raise SheetRefused unless the sheet names its municipalities and every column is one of the call's."""
    if COUNTRY not in sheet.columns:
        raise SheetRefused(_("The column %(name)s is missing."), name=COUNTRY)
    if CODE not in sheet.columns and NAME not in sheet.columns:
        raise SheetRefused(_("The column %(code)s or %(name)s is missing."), code=CODE, name=NAME)
    known = {*IDENTITY, *import_columns(call)}
    for name in sheet.columns:
        if name not in known:
            raise SheetRefused(
                _("This call has no column %(name)s. Files are not imported. See the template."),
                name=name[:60],
            )


def _prepare(call: Call, sheet: Sheet, actor: User, countries: frozenset[str]) -> _Run:
    named = {row.cells.get(COUNTRY, "").upper() for row in sheet.rows}
    standing_ones = call.applications.exclude(status=ApplicationStatus.WITHDRAWN)
    return _Run(
        call=call,
        actor=actor,
        countries=countries,
        places=places_of(named),
        present={row.municipality_id: row for row in standing_ones},
        associations=_associations(call, actor),
        columns=import_columns(call),
    )


def _associations(call: Call, actor: User) -> dict[str, Association]:
    """On behalf of which association `actor` fills in, by country: the country's own, else the one that runs the
    programme."""
    held = standing_of(actor).associations_as(AssociationRole.COORDINATOR)
    lead = call.programme.lead_association
    found = {call.programme.north_country_id: lead}
    for track in call.tracks.select_related("partner_country__association"):
        own = track.partner_country.association
        found[track.partner_country.country_id] = own if own.pk in held else lead
    return found


def _import_row(run: _Run, row: Row) -> ImportRow:
    place = run.places.of(row.cells)
    country = row.cells.get(COUNTRY, "").upper()
    code = row.cells.get(CODE) or (place.code if place else "")
    name = place.name if place else row.cells.get(NAME, "")
    result, reference, changes, problems = RowResult.ERROR, "", tuple[str, ...](), tuple[RowProblem, ...]()
    try:
        with transaction.atomic(), because(run.actor, IMPORTED):
            result, reference, changes = _place_row(run, row, place)
    except _Refused as refused:
        problems = refused.problems
    except DomainError as refused:
        problems = (RowProblem(_key(row), str(refused)),)
    return ImportRow(row.number, country, code, name, result, reference, changes, problems)


def _place_row(run: _Run, row: Row, place: Municipality | None) -> tuple[RowResult, str, tuple[str, ...]]:
    if refusals := _place_problems(run, row, place):
        # Whoever corrects the row corrects all of it.
        raise _Refused(*refusals, *_cell_problems(run, row))
    assert place is not None  # noqa: S101 (for the type checker)
    present = run.present.get(place.pk)
    if present is not None and present.status != ApplicationStatus.DRAFT:
        return RowResult.SUBMITTED, present.reference, ()
    if present is None:
        association = run.associations[place.country_id]
        application = locked(
            start_on_behalf(call=run.call, municipality=place, association=association, actor=run.actor)
        )
    else:
        application = locked(present)
    changes = _fill(run, application, row)
    if present is None or changes:
        application.refresh_from_db()
        with because(run.actor, IMPORTED):
            # One context for the whole row: its last word is the reason, which the services do not give.
            application.save(update_fields=["updated_at"])
    if present is None:
        return RowResult.NEW, application.reference, changes
    return (RowResult.UPDATE if changes else RowResult.UNCHANGED), application.reference, changes


def _key(row: Row) -> str:
    """The column that says which municipality it is."""
    return CODE if CODE in row.cells else NAME


def _place_problems(run: _Run, row: Row, place: Municipality | None) -> list[RowProblem]:
    """Why the row cannot be for this municipality."""
    if place is None:
        return [_problem(column, reason) for column, reason in run.places.why_not(row.cells)]
    if place.country_id not in run.countries:
        return [_problem(COUNTRY, _("You may not fill in for municipalities of this country."))]
    if (first := run.seen.setdefault(place.pk, row.number)) != row.number:
        return [_problem(_key(row), _("This municipality stands in row %(row)s as well.") % {"row": first})]
    if place.pk in run.present:
        return []
    unmet = [reason for reason in eligibility_of(place, run.call).reasons if not reason.met]
    return [_problem(_key(row), reason.text) for reason in unmet]


def _cell_problems(run: _Run, row: Row) -> list[RowProblem]:
    """What is wrong with the cells of a row for which there is no draft to compare them with."""
    found = []
    for name, cell in row.cells.items():
        if name in IDENTITY:
            continue
        spec = run.columns[name].spec
        try:
            problem = field_problem(spec, {name: value_of(spec, cell)})
        except CellRefused as refused:
            found.append(_problem(name, refused.reason))
        else:
            found += [_problem(name, problem.message)] if problem else []
    return found


def _problem(column: str, reason: Text) -> RowProblem:
    return RowProblem(column, str(reason))


def _fill(run: _Run, application: Application, row: Row) -> tuple[str, ...]:
    """Save what the cells change, section by section; the names of the columns that changed something."""
    contents = read_sections(application)
    cells = {name: cell for name, cell in row.cells.items() if name not in IDENTITY}
    typed, problems = _typed(contents, cells)
    if application.filled_by_id is None:
        problems += _answered_itself(contents, typed)
    if problems:
        raise _Refused(*problems)
    versions = dict(SectionState.objects.filter(application=application).values_list("section", "version"))
    changed: list[str] = []
    for content in contents:
        values = {
            spec.name: typed[spec.name]
            for spec in content.fields
            if spec.name in typed and typed[spec.name] != content.values[spec.name]
        }
        if values:
            changed += values
            save_section(
                application=application, section=content.section, version=versions.get(content.section, 0),
                data=values, actor=run.actor,
            )  # fmt: skip
    return tuple(changed)


def _answered_itself(contents: list[SectionContent], typed: Values) -> list[RowProblem]:
    """Cells that would replace what a municipality wrote in a draft of its own; what it left open may be filled."""
    own = {name: value for content in contents for name, value in content.values.items()}
    reason = _("The municipality has answered this itself: empty the cell.")
    return [_problem(name, reason) for name in typed if typed[name] != own[name] and own[name] not in EMPTY]


def _typed(contents: list[SectionContent], cells: Mapping[str, str]) -> tuple[Values, list[RowProblem]]:
    """The value of every cell, and what is wrong with them; what is missing is the municipality's to add."""
    typed: Values = {}
    problems: list[RowProblem] = []
    asked = {spec.name for content in contents for spec in content.fields}
    for name in cells:
        if name not in asked:
            problems.append(_problem(name, _("This is not asked of this municipality: empty the cell.")))
    for content in contents:
        own: Values = {}
        for spec in content.fields:
            if spec.name in cells:
                try:
                    own[spec.name] = value_of(spec, cells[spec.name])
                except CellRefused as refused:
                    problems.append(_problem(spec.name, refused.reason))
        problems += _wrong(content, own)
        typed |= own
    return typed, problems


def _wrong(content: SectionContent, own: Values) -> list[RowProblem]:
    """Cells that hold something which the form would refuse."""
    scales = {spec.name for spec in content.fields if spec.kind == FieldKind.SCALE}
    return [
        _problem(each.name, each.message)
        for each in problems_of(content, content.values | own)
        if own.get(each.name) and each.name not in scales
    ]
