"""The sections of an application with what is stored in them, for forms, checks, pages and submitted
versions."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import Section
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
)
from applications.models import Application, Commitment, CommitmentAcceptance
from applications.names import commitment_field
from applications.selectors.interests import interest_groups
from applications.selectors.questions import read_questions, told
from sdgpartners.programme.enums import Character, Language, Side, TwinningStatus
from sdgpartners.programme.models import TownTwinning

_Filled = tuple[tuple[FieldGroup, ...], Values]


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
    answers = read_questions(application, sections)
    found = []
    for section in Section:
        if section not in sections:
            continue
        fields, values = answers.get(section, ([], {}))
        own_groups, own_values = _own_fields(application, section, hints=hints)
        # Below headings of the section's own, the questions of the call need one too.
        title = _("And also") if any(group.title for group in own_groups) else ""
        groups: tuple[FieldGroup, ...] = (FieldGroup(fields=tuple(fields), title=title),) if fields else ()
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
                label=_("With which municipality?"),
                max_chars=300,
                shown_if=("has_active_twinning", (YES,)),
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
