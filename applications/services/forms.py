"""Filling in an application: starting it, saving its sections, and what happens when two people save the same
one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications.enums import APPLICATION_EDITABLE, ApplicationStatus, Section, SectionStatus
from applications.errors import CallNotOpen, NotEditable, NotEligible, SectionConflict
from applications.fields import (
    FieldKind,
    SectionContent,
    Value,
    Values,
    normalise,
    problems_of,
    storable,
)
from applications.models import Application, Call, KeptText, SectionState, SelfCheck
from applications.opened_page import NO_PAGE, OpenedPage
from applications.selectors.applications import open_change_request
from applications.selectors.deadlines import deadline_of, is_in_time, takes_changes, takes_starts
from applications.selectors.eligibility import eligibility_of
from applications.selectors.sections import read_section
from applications.services.moving import locked
from applications.services.self_check import prefill
from applications.services.taking_over import take_over_withdrawn
from applications.services.writing import write_section
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side, SouthernEntry
from sdgpartners.programme.models import Municipality


@transaction.atomic
def start_application(
    *,
    call: Call,
    municipality: Municipality,
    actor: User,
    late_until: datetime | None = None,
    self_check: SelfCheck | None = None,
    take_over: bool = False,
) -> Application:
    """The municipality's application in `call`: a new draft, or the one that it has already.

    Locks the municipality, so that a double click starts one. What is known of the municipality and of
    `actor` is filled in, and what they answered in `self_check`; with `take_over`
    also what was written in the application that was withdrawn from this call. With `late_until` an exception code has
    admitted it after the closing. Southern ones belong to the track of their country; designated ones and short
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
    if late_until is None:
        refuse_unless_open(call, municipality=municipality)
    eligibility = eligibility_of(municipality, call)
    if not eligibility.met or eligibility.side is None:
        raise NotEligible([reason.text for reason in eligibility.unmet])
    track = eligibility.track
    with because(actor):
        application = Application.objects.create(
            reference=next_reference("APP"),
            call=call,
            municipality=municipality,
            side=eligibility.side,
            track=track,
            is_profile=eligibility.side == Side.SOUTH
            and track is not None
            and track.entry != SouthernEntry.FULL,
            started_by=actor,
            late_until=late_until,
            contact_name=actor.get_full_name(),
            contact_function=_function_of(actor, municipality),
            contact_email=actor.email,
            contact_phone=actor.phone,
            character=municipality.character,
            working_languages=[municipality.country.default_language],
        )
        prefill(application=application, self_check=self_check, actor=actor)
        if take_over:
            take_over_withdrawn(application=application, actor=actor)
    if late_until is None:
        # Again, as it is now: the new row holds on to its call, so that cancelling it, or ending its rehearsal, comes
        # either before this or after all of it.
        call.refresh_from_db(fields=["status", "opens_at", "closes_at", "rehearsal_since"])
        refuse_unless_open(call, municipality=municipality)
    return application


def _function_of(actor: User, municipality: Municipality) -> str:
    held = Membership.objects.filter(user=actor, municipality=municipality, ended_at__isnull=True)
    return next((membership.job_title for membership in held if membership.job_title), "")


def refuse_unless_open(
    call: Call, application: Application | None = None, *, municipality: Municipality | None = None
) -> None:
    """Raise CallNotOpen unless the call takes applications at this moment, by the server's clock: `application`
    until its own deadline, or else a new one, of `municipality`."""
    now = clock.now()
    if application is None:
        if not takes_starts(call, municipality):
            raise CallNotOpen(call, now)
    elif not is_in_time(application, now):
        request = None if application.submitted_at is None else open_change_request(application)
        version = request.revision.number if request else None
        raise CallNotOpen(call, now, deadline_of(application), version)


def is_editable(application: Application) -> bool:
    """Whether sections may be saved: a draft in time, or changes that were asked for, in their time."""
    return takes_changes(application)


def may_edit_section(application: Application, section: Section) -> bool:
    """Whether `section` may be saved now; while changes are asked for, only if it was named."""
    return takes_changes(application) and _is_asked_for(application, section)


def _is_asked_for(application: Application, section: Section) -> bool:
    if application.status != ApplicationStatus.CHANGES_REQUESTED:
        return True
    request = open_change_request(application)
    return request is not None and section in request.sections


def _refuse_unless_editable(application: Application, section: Section) -> None:
    if application.status not in APPLICATION_EDITABLE or not _is_asked_for(application, section):
        raise NotEditable
    refuse_unless_open(application.call, application)


def save_section(
    *,
    application: Application,
    section: Section,
    version: int,
    data: Mapping[str, object],
    actor: User,
    page: OpenedPage = NO_PAGE,
    while_typing: bool = False,
) -> SectionState:
    """Save what was typed in `section`, complete or not; `data` holds raw values under the names of the
    fields.

    Locks the application. `version` is the one that the page was made from: when another save came in between
    and says something else, `data` is kept as a KeptText (also after this raises) and SectionConflict is
    raised. No conflict is a save of `page` after another of the same page whose answer got lost on the way.
    Sending the same data twice changes nothing the second time; of saves `while_typing`, one that arrives after
    a later one changes nothing either. Fields that are not in `data`, and texts too long to store, stay as they
    were. Raises NotEditable and CallNotOpen.
    """
    with transaction.atomic(), because(actor):
        application = locked(application)
        _refuse_unless_editable(application, section)
        content = read_section(application, section)
        mine = _typed(content, data)
        state, _new = SectionState.objects.select_for_update().get_or_create(
            application=application, section=section
        )
        same = all(content.values.get(name) == value for name, value in mine.items())
        goes_on = bool(page.key) and (state.page, state.saved_by_id) == (page.key, actor.pk)
        kept = None
        if state.version != version and not goes_on:
            if same:
                return state
            kept = _keep(application, section, mine, actor, page)
        elif while_typing and (same or (goes_on and page.sent <= state.sent)):
            return state
        else:
            _store(application, content, mine, state, actor=actor, page=page)
    if kept is not None:
        raise SectionConflict(kept, dict(content.values))
    return state


def _keep(
    application: Application, section: Section, mine: Values, actor: User, page: OpenedPage
) -> KeptText:
    """The text that came second. One page keeps one: what it sends later takes the place of the earlier."""
    kept = (
        KeptText.objects.select_for_update()
        .filter(application=application, section=section, written_by=actor, settled_at__isnull=True)
        .filter(page=page.key)
        .exclude(page="")
        .first()
    )
    if kept is None:
        return KeptText.objects.create(
            application=application,
            section=section,
            content=mine,
            written_by=actor,
            page=page.key,
            created_at=clock.now(),
        )
    kept.content = mine
    kept.save(update_fields=["content"])
    return kept


def _typed(content: SectionContent, data: Mapping[str, object]) -> Values:
    values: dict[str, Value] = {}
    for spec in content.fields:
        # Files come and go one by one; a form only shows them.
        if spec.name in data and spec.kind != FieldKind.FILE:
            value = normalise(spec, data[spec.name])
            if storable(spec, value):
                values[spec.name] = value
    return values


def _store(
    application: Application,
    content: SectionContent,
    values: Values,
    state: SectionState,
    *,
    actor: User,
    page: OpenedPage,
) -> None:
    write_section(application=application, content=content, values=values, actor=actor)
    # Read again: what counts is what is stored, as the check before sign-off will see it.
    stored = read_section(application, content.section)
    problems = problems_of(stored, stored.values)
    state.status = SectionStatus.IN_PROGRESS if problems else SectionStatus.COMPLETED
    state.version += 1
    state.saved_by = actor
    state.page, state.sent = page.key, page.sent
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
