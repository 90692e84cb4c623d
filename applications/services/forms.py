"""Filling in an application: starting it, saving its sections, and what happens when two people save the same
one."""

from collections.abc import Mapping

from django.db import transaction

from applications.enums import APPLICATION_EDITABLE, ApplicationStatus, CallPhase, Section, SectionStatus
from applications.errors import CallNotOpen, NotEditable, NotEligible, SectionConflict
from applications.fields import (
    SectionContent,
    Value,
    Values,
    normalise,
    problems_of,
    storable,
)
from applications.models import Application, Call, KeptText, SectionState
from applications.selectors.eligibility import eligibility_of
from applications.selectors.sections import read_section
from applications.services.moving import locked
from applications.services.writing import write_section
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side, SouthernEntry
from sdgpartners.programme.models import Municipality


@transaction.atomic
def start_application(*, call: Call, municipality: Municipality, actor: User) -> Application:
    """The municipality's application in `call`: a new draft, or the one that it has already.

    Locks the municipality, so that a double click starts one. What is known of the municipality and of
    `actor` is filled in. Southern ones belong to the track of their country; designated ones and short
    profiles get the short form. Raises CallNotOpen and NotEligible.
    """
    municipality = (
        Municipality.objects.select_for_update(of=("self",)).select_related("country").get(pk=municipality.pk)
    )
    present = (
        call.applications.filter(municipality=municipality)
        .exclude(status=ApplicationStatus.WITHDRAWN)
        .first()
    )
    if present is not None:
        return present
    refuse_unless_open(call)
    eligibility = eligibility_of(municipality, call)
    if not eligibility.met or eligibility.side is None:
        raise NotEligible
    track = eligibility.track
    with because(actor):
        return Application.objects.create(
            reference=next_reference("APP"),
            call=call,
            municipality=municipality,
            side=eligibility.side,
            track=track,
            is_profile=eligibility.side == Side.SOUTH
            and track is not None
            and track.entry != SouthernEntry.FULL,
            started_by=actor,
            contact_name=actor.get_full_name(),
            contact_function=_function_of(actor, municipality),
            contact_email=actor.email,
            contact_phone=actor.phone,
            character=municipality.character,
            working_languages=[municipality.country.default_language],
        )


def _function_of(actor: User, municipality: Municipality) -> str:
    held = Membership.objects.filter(user=actor, municipality=municipality, ended_at__isnull=True)
    return next((membership.job_title for membership in held if membership.job_title), "")


def refuse_unless_open(call: Call) -> None:
    """Raise CallNotOpen unless the call takes applications at this moment, by the server's clock."""
    if call.phase != CallPhase.OPEN:
        raise CallNotOpen(call, clock.now())


def is_editable(application: Application) -> bool:
    """Whether sections may be saved: a draft while the call is open, or changes that were asked for."""
    if application.status == ApplicationStatus.DRAFT:
        return application.call.phase == CallPhase.OPEN
    return application.status in APPLICATION_EDITABLE


def _refuse_unless_editable(application: Application) -> None:
    if application.status not in APPLICATION_EDITABLE:
        raise NotEditable
    if application.status == ApplicationStatus.DRAFT:
        refuse_unless_open(application.call)


def save_section(
    *, application: Application, section: Section, version: int, data: Mapping[str, object], actor: User
) -> SectionState:
    """Save what was typed in `section`, complete or not; `data` holds raw values under the names of the
    fields.

    Locks the application. `version` is the one that the page was made from: when another save came in between
    and says something else, `data` is kept as a KeptText (also after this raises) and SectionConflict is
    raised. Sending the same data twice changes nothing the second time. Fields that are not in `data`, and
    texts too long to store, stay as they were. Raises NotEditable and CallNotOpen.
    """
    with transaction.atomic(), because(actor):
        application = locked(application)
        _refuse_unless_editable(application)
        content = read_section(application, section)
        mine = _typed(content, data)
        state, _new = SectionState.objects.select_for_update().get_or_create(
            application=application, section=section
        )
        if state.version != version:
            if all(content.values.get(name) == value for name, value in mine.items()):
                return state
            kept = KeptText.objects.create(
                application=application,
                section=section,
                content=mine,
                written_by=actor,
                created_at=clock.now(),
            )
        else:
            kept = None
            _store(application, content, mine, state, actor)
    if kept is not None:
        raise SectionConflict(kept, dict(content.values))
    return state


def _typed(content: SectionContent, data: Mapping[str, object]) -> Values:
    values: dict[str, Value] = {}
    for spec in content.fields:
        if spec.name in data:
            value = normalise(spec, data[spec.name])
            if storable(spec, value):
                values[spec.name] = value
    return values


def _store(
    application: Application, content: SectionContent, values: Values, state: SectionState, actor: User
) -> None:
    write_section(application=application, content=content, values=values, actor=actor)
    # Read again: what counts is what is stored, as the check before sign-off will see it.
    stored = read_section(application, content.section)
    problems = problems_of(stored, stored.values)
    state.status = SectionStatus.IN_PROGRESS if problems else SectionStatus.COMPLETED
    state.version += 1
    state.saved_by = actor
    state.save()


@transaction.atomic
def settle_kept_text(*, kept: KeptText, actor: User) -> None:
    """Note that somebody has chosen between the two texts; the kept one stays in the database. Locks it."""
    row = KeptText.objects.select_for_update().get(pk=kept.pk)
    if row.settled_at is None:
        row.settled_at = clock.now()
        row.save(update_fields=["settled_at"])


def take_kept_text(*, kept: KeptText, version: int, data: Mapping[str, object], actor: User) -> SectionState:
    """Save `data` (one's own text or a merged one) over the section's version `version`, then settle `kept`.

    When yet another save came in between, SectionConflict carries a new kept text and this one is settled,
    because its text went into `data`.
    """
    try:
        state = save_section(
            application=kept.application,
            section=Section(kept.section),
            version=version,
            data=data,
            actor=actor,
        )
    except SectionConflict:
        settle_kept_text(kept=kept, actor=actor)
        raise
    settle_kept_text(kept=kept, actor=actor)
    return state
