"""The sections of an application with what is stored in them, for forms, checks, pages and submitted
versions."""

from collections.abc import Collection

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind, Section
from applications.fields import (
    NO,
    YES,
    FieldGroup,
    FieldKind,
    FieldSpec,
    SectionContent,
    Text,
    Value,
    Values,
    empty_value,
)
from applications.models import (
    Answer,
    Application,
    Commitment,
    CommitmentAcceptance,
    Criterion,
    Question,
    QuestionChoice,
)
from applications.names import commitment_field, question_field
from applications.selectors.interests import interest_groups
from sdgpartners.programme.enums import Character, Language, Side, TwinningStatus
from sdgpartners.programme.models import TownTwinning

_Filled = tuple[tuple[FieldGroup, ...], Values]
_KINDS = {
    QuestionKind.TEXT: FieldKind.TEXT,
    QuestionKind.CHOICE: FieldKind.CHOICE,
    QuestionKind.NUMBER: FieldKind.NUMBER,
}


def questions_for(application: Application) -> QuerySet[Question]:
    """The questions that this application gets, by its side and whether it is a short profile."""
    mine = Question.objects.filter(Q(side="") | Q(side=application.side), call_id=application.call_id)
    return mine.filter(in_profile=True) if application.is_profile else mine


def commitments_for(application: Application) -> QuerySet[Commitment]:
    """The commitments that this application is asked to accept."""
    mine = Commitment.objects.filter(call_id=application.call_id)
    return mine.filter(in_profile=True) if application.is_profile else mine


def read_section(application: Application, section: Section, *, hints: bool = False) -> SectionContent:
    """One section with what is stored in it; `hints` adds what is known from elsewhere to the help texts."""
    return read_sections(application, [section], hints=hints)[0]


def read_sections(
    application: Application, sections: Collection[Section] = tuple(Section), *, hints: bool = False
) -> list[SectionContent]:
    """Sections in their order with what is stored, in at most four statements (five with `hints`).

    Of all sections, those without a field are left out; a section asked for by name always comes back.
    """
    answers = _read_questions(application, sections)
    found = []
    for section in Section:
        if section not in sections:
            continue
        fields, values = answers.get(section, ([], {}))
        groups: tuple[FieldGroup, ...] = (FieldGroup(fields=tuple(fields)),) if fields else ()
        own_groups, own_values = _own_fields(application, section, hints=hints)
        content = SectionContent(section, own_groups + groups, own_values | values)
        if content.groups or len(sections) == 1:
            found.append(content)
    return found


def _own_fields(application: Application, section: Section, *, hints: bool) -> _Filled:
    """What a section asks beside the call's questions."""
    if section == Section.MUNICIPALITY:
        return _municipality_fields(application, hints=hints)
    if section == Section.INTERESTS:
        return interest_groups(application)
    if section == Section.COMMITMENTS:
        return _commitment_fields(application)
    return (), {}


def told(row: object, name: str) -> Text:
    """A text of the programme that is read in the language in which it is shown, not in the one of now."""
    text: Text = lazy(getattr, str)(row, name)
    return text


def _read_questions(
    application: Application, sections: Collection[Section]
) -> dict[str, tuple[list[FieldSpec], Values]]:
    """Per section its questions and their answers, with choices and criteria, in one statement."""
    answers = Answer.objects.filter(application=application.pk, question=OuterRef("pk"))
    choices = QuestionChoice.objects.filter(question=OuterRef("pk")).order_by("order")
    criteria = Criterion.objects.filter(questions=OuterRef("pk")).order_by("code").distinct()
    labels = {name: name for name in ("code", "label_en", "label_fr", "label_nl")}
    questions = (
        questions_for(application)
        .filter(section__in=sections)
        .annotate(
            given=Subquery(answers.values("value")[:1]),
            choice_rows=ArraySubquery(choices.values(row=JSONObject(**labels))),
            criterion_codes=ArraySubquery(criteria.values("code")),
        )
        .order_by("order")
    )
    found: dict[str, tuple[list[FieldSpec], Values]] = {}
    for question in questions:
        fields, values = found.setdefault(question.section, ([], {}))
        spec = _question_spec(question, question.choice_rows, question.criterion_codes)
        fields.append(spec)
        values[spec.name] = question.given or empty_value(spec)
    return found


def _question_spec(question: Question, choices: list[dict[str, str]], criteria: list[str]) -> FieldSpec:
    rows = [QuestionChoice(**choice) for choice in choices]
    return FieldSpec(
        name=question_field(question.code),
        kind=_KINDS[QuestionKind(question.kind)],
        label=told(question, "label"),
        help=told(question, "help"),
        required=question.required,
        word_limit=question.word_limit,
        choices=tuple((row.code, told(row, "label")) for row in rows),
        question=question.code,
        criteria=tuple(criteria),
    )


def _commitment_fields(application: Application) -> _Filled:
    accepted = CommitmentAcceptance.objects.filter(application=application.pk, commitment=OuterRef("pk"))
    fields: list[FieldSpec] = []
    values: Values = {}
    for commitment in (
        commitments_for(application).annotate(given=Subquery(accepted.values("pk")[:1])).order_by("order")
    ):
        name = commitment_field(commitment.code)
        fields.append(
            FieldSpec(
                name=name, kind=FieldKind.ACCEPT, label=told(commitment, "text"), required=commitment.required
            )
        )
        values[name] = YES if commitment.given else ""
    return ((FieldGroup(fields=tuple(fields)),) if fields else ()), values


def _municipality_fields(application: Application, *, hints: bool) -> _Filled:
    known = _known_twinnings(application) if hints else ""
    twinning: dict[bool | None, Value] = {True: YES, False: NO, None: ""}
    values: Values = {
        "contact_name": application.contact_name,
        "contact_function": application.contact_function,
        "contact_email": application.contact_email,
        "contact_phone": application.contact_phone,
        "character": application.character,
        "working_languages": list(application.working_languages),
        "has_active_twinning": twinning[application.has_active_twinning],
        "twinning_note": application.twinning_note,
    }
    return (_contact_group(), _place_group(application.side, known)), values


def _contact_group() -> FieldGroup:
    return FieldGroup(
        title=_("Who can we reach?"),
        fields=(
            FieldSpec(
                name="contact_name",
                kind=FieldKind.LINE,
                label=_("Name of the contact person"),
                max_chars=120,
                autocomplete="name",
                personal=True,
            ),
            FieldSpec(
                name="contact_function",
                kind=FieldKind.LINE,
                label=_("Function"),
                max_chars=120,
                autocomplete="organization-title",
                personal=True,
            ),
            FieldSpec(
                name="contact_email",
                kind=FieldKind.EMAIL,
                label=_("E-mail address"),
                max_chars=254,
                autocomplete="email",
                personal=True,
            ),
            FieldSpec(
                name="contact_phone",
                kind=FieldKind.PHONE,
                label=_("Phone"),
                help=_("With the country code. You may leave this empty."),
                required=False,
                max_chars=40,
                autocomplete="tel",
                personal=True,
            ),
        ),
    )


def _place_group(side: str, known_twinnings: Text) -> FieldGroup:
    twinning_label = (
        _("Does your municipality have an active town twinning with the Global South today?")
        if side == Side.NORTH
        else _("Does your municipality have an active town twinning abroad today?")
    )
    return FieldGroup(
        title=_("About your municipality"),
        fields=(
            FieldSpec(
                name="character",
                kind=FieldKind.CHOICE,
                label=_("What kind of place is it?"),
                help=_("Choose what fits best."),
                choices=tuple(Character.choices),
            ),
            FieldSpec(
                name="working_languages",
                kind=FieldKind.SEVERAL,
                label=_("In which languages can you work with a partner?"),
                choices=tuple(Language.choices),
            ),
            FieldSpec(
                name="has_active_twinning",
                kind=FieldKind.YES_NO,
                label=twinning_label,
                help=known_twinnings,
                choices=((YES, _("Yes")), (NO, _("No"))),
            ),
            FieldSpec(
                name="twinning_note",
                kind=FieldKind.LINE,
                label=_("If yes: with which municipality?"),
                required=False,
                max_chars=300,
                needs=("has_active_twinning", YES),
            ),
        ),
    )


def _known_twinnings(application: Application) -> Text:
    """What the list of known town twinnings says; a hint, the declaration counts."""
    mine = Q(north=application.municipality_id) | Q(south=application.municipality_id)
    rows = TownTwinning.objects.filter(mine, status=TwinningStatus.KNOWN).select_related("north")
    names = sorted(row.partner_name if application.side == Side.NORTH else row.north.name for row in rows)
    if not names:
        return ""
    return format_lazy(_("We know of {names}. Your own answer counts."), names=", ".join(names))
