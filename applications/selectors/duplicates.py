"""Applications that may be of one municipality, and what putting two together would do."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from applications.answers import shown
from applications.enums import ApplicationStatus, Section
from applications.fields import FieldKind, FieldSpec, SectionContent, Text, Values, empty_value
from applications.models import AnswerFile, Application, Call
from applications.names import PARTNER
from applications.selectors.files import answer_files
from applications.selectors.sections import read_sections
from sdgpartners.documents.enums import FileState
from sdgpartners.programme.models import Municipality

_S = ApplicationStatus
BEFORE_RANKING = frozenset(
    {_S.DRAFT, _S.AWAITING_SIGN_OFF, _S.SUBMITTED, _S.CHANGES_REQUESTED, _S.ELIGIBLE, _S.IN_REVIEW}
)


class Sign(StrEnum):
    """Why two applications may be one: the first says so, the others are hints."""

    SUCCESSION = "succession"
    EMAIL = "email"
    SELF_CHECK = "self_check"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two applications of one call. With SUCCESSION `first` is that of the body that exists today, where one
    of the two is."""

    first: Application
    second: Application
    sign: Sign


def duplicates_in(call: Call) -> list[Duplicate]:
    """Pairs of applications that are not withdrawn and may be of one municipality, in two statements. Test
    municipalities are left out."""
    rows = list(
        call.applications.exclude(status=_S.WITHDRAWN)
        .filter(municipality__is_test=False)
        .select_related("call__programme", "municipality__country", "track__partner_country__country")
        .order_by("reference")
    )
    successors = dict(Municipality.objects.filter(successor__isnull=False).values_list("pk", "successor_id"))
    found: list[Duplicate] = []
    seen: set[frozenset[int]] = set()

    def body(row: Application) -> object:
        return _today(row.municipality_id, successors)

    keys: tuple[tuple[Sign, Callable[[Application], object]], ...] = (
        (Sign.SUCCESSION, body),
        (Sign.EMAIL, lambda row: row.contact_email.strip().lower()),
        (Sign.SELF_CHECK, lambda row: row.self_check_id),
    )
    for sign, key in keys:
        for first, second in _pairs(rows, key):
            pair = frozenset((first.pk, second.pk))
            if pair not in seen:
                seen.add(pair)
                found.append(_ordered(first, second, sign, successors))
    return found


def _today(municipality: int, successors: dict[int, int]) -> int:
    passed = {municipality}
    while municipality in successors and successors[municipality] not in passed:
        municipality = successors[municipality]
        passed.add(municipality)
    return municipality


def _pairs(
    rows: list[Application], key: Callable[[Application], object]
) -> Iterator[tuple[Application, Application]]:
    groups: dict[object, list[Application]] = defaultdict(list)
    for row in rows:
        if key(row):
            groups[key(row)].append(row)
    for group in groups.values():
        yield from ((first, second) for place, first in enumerate(group) for second in group[place + 1 :])


def _ordered(first: Application, second: Application, sign: Sign, successors: dict[int, int]) -> Duplicate:
    gone = first.municipality_id in successors and second.municipality_id not in successors
    return Duplicate(second, first, sign) if gone else Duplicate(first, second, sign)


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A field with its words on both sides."""

    section: Section
    spec: FieldSpec
    label: Text
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What putting `other` into another application does: answers that it takes over (`taken`), texts on both
    sides that the municipality compares (`compared`), files that come along (also those that are still in
    quarantine) and those that stay where they are (`left_files`). `values` are the raw values behind both lists, per
    section."""

    taken: tuple[MergeRow, ...]
    compared: tuple[MergeRow, ...]
    files: tuple[AnswerFile, ...]
    left_files: tuple[AnswerFile, ...]
    taken_values: dict[Section, Values]
    compared_values: dict[Section, Values]


def plan_merge(keep: Application, other: Application) -> MergePlan:
    """What merging would do, without doing it. Of an application that was submitted no answer changes: all that
    the other says beside it is kept to be compared."""
    theirs = {content.section: content for content in read_sections(other)}
    taken: list[MergeRow] = []
    compared: list[MergeRow] = []
    taken_values: dict[Section, Values] = {}
    compared_values: dict[Section, Values] = {}
    # What was submitted stays as it was signed, also while other sections of it are being changed.
    open_now = keep.submitted_at is None
    for mine in read_sections(keep):
        source = theirs.get(mine.section)
        if source is None:
            continue
        for spec, row in _rows(mine, source):
            empty = mine.values[spec.name] in (empty_value(spec), "", [])
            take = empty and open_now and not _ordered_choice_made(spec, mine)
            rows, values = (taken, taken_values) if take else (compared, compared_values)
            rows.append(row)
            values.setdefault(mine.section, {})[spec.name] = source.values[spec.name]
    files, left_files = _files(keep, other, open_now=open_now)
    return MergePlan(tuple(taken), tuple(compared), files, left_files, taken_values, compared_values)


def _rows(mine: SectionContent, source: SectionContent) -> Iterator[tuple[FieldSpec, MergeRow]]:
    for spec in mine.fields:
        # Commitments are accepted by those who will be held to them; files are taken over as files.
        if spec.kind in (FieldKind.ACCEPT, FieldKind.FILE) or spec.name not in source.values:
            continue
        kept, other = mine.values[spec.name], source.values[spec.name]
        if other in (empty_value(spec), "", []) or kept == other:
            continue
        if spec.kind == FieldKind.SCALE and kept != empty_value(spec):
            continue
        yield (
            spec,
            MergeRow(mine.section, spec, spec.full_label, shown(spec, kept), shown(spec, other)),
        )


def _ordered_choice_made(spec: FieldSpec, mine: SectionContent) -> bool:
    """Whether the field belongs to an order that has places already: two orders make none."""
    if spec.kind == FieldKind.RANK:
        return any(mine.values[each.name] for each in mine.fields if each.kind == FieldKind.RANK)
    if spec.name.startswith(PARTNER):
        return any(mine.values[each.name] for each in mine.fields if each.name.startswith(PARTNER))
    return False


def _files(
    keep: Application, other: Application, *, open_now: bool
) -> tuple[tuple[AnswerFile, ...], tuple[AnswerFile, ...]]:
    """The files that come along, and those that stay because `keep` has its own or was submitted. What the virus
    scanner refused is no file of either."""
    answered = {question for question, rows in answer_files(keep).items() if any(map(_counts, rows))}
    come: list[AnswerFile] = []
    stay: list[AnswerFile] = []
    for question, rows in answer_files(other).items():
        target = come if open_now and question not in answered else stay
        target += filter(_counts, rows)
    return tuple(come), tuple(stay)


def _counts(row: AnswerFile) -> bool:
    return row.file.state != FileState.REFUSED
