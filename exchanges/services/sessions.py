"""Sessions: planned, confirmed with invitations, moved, held, reported, or cancelled."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import MeetingStatus
from exchanges.errors import NotYet, OutsidePeriod
from exchanges.models import Session
from exchanges.selectors.running import people_of, running_on
from exchanges.selectors.sessions import sessions_in_year
from exchanges.services import letters, moving
from exchanges.texts import Texts
from exchanges.windows import spread_days
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.programme.models import PartnerCountry
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def plan_session(
    *,
    partner_country: PartnerCountry,
    titles: Texts,
    starts_at: datetime,
    actor: User | None,
    time_zone: str = "Europe/Brussels",
    minutes_long: int = 180,
    agenda: str = "",
    link: str = "",
    working_languages: str = "",
    facilitator: User | None = None,
) -> Session:
    """A session of all partnerships of a country (concept note 3.7). `starts_at` is aware; `time_zone` is
    the IANA name of the zone in which it is announced. Nobody is told before it is confirmed.

    Raises CountrySuspended, Incomplete without a title in each language, OutsidePeriod for a moment that
    is past or outside the programme.
    """
    moving.require_open(partner_country)
    _check(titles, starts_at, time_zone, partner_country)
    with because(actor):
        return Session.objects.create(
            partner_country=partner_country,
            reference=next_reference("SES"),
            starts_at=starts_at,
            time_zone=time_zone,
            minutes_long=minutes_long,
            agenda=agenda.strip(),
            link=link,
            working_languages=working_languages,
            facilitator=facilitator,
            **titles.columns("title"),
        )


@transaction.atomic
def plan_series(
    *,
    partner_country: PartnerCountry,
    year: int,
    titles: Texts,
    actor: User | None,
    starts: time = time(10, 0),
    time_zone: str = "Europe/Brussels",
    minutes_long: int = 180,
    facilitator: User | None = None,
) -> list[Session]:
    """As many sessions as the rules ask of a year (concept note 3.9), spread evenly over what is left of it.

    Those that the year has already are counted, so that a second run plans nothing. `starts` is a time of
    day in `time_zone`; each title gets its number and the year. Locks the country. Raises like
    `plan_session`, and OutsidePeriod for a year that is over or outside the programme.
    """
    locked = PartnerCountry.objects.select_for_update(of=("self",)).select_related("programme")
    country = locked.get(pk=partner_country.pk)
    programme = country.programme
    first = max(date(year, 1, 1), programme.starts_on, clock.today(time_zone) + timedelta(days=1))
    last = min(date(year, 12, 31), programme.ends_on)
    if first > last:
        raise OutsidePeriod(_("There is no day left in %(year)s for a session."), year=year)
    there = sessions_in_year(country, year).count()
    asked = rules_on(programme, first).sessions_per_year_min
    days = spread_days(first, last, max(asked - there, 0))
    return [
        plan_session(
            partner_country=country,
            titles=_numbered(titles, there + index, year),
            starts_at=datetime.combine(day, starts, tzinfo=ZoneInfo(time_zone)),
            time_zone=time_zone,
            minutes_long=minutes_long,
            facilitator=facilitator,
            actor=actor,
        )
        for index, day in enumerate(days, start=1)
    ]


@transaction.atomic
def change_session(
    *,
    session: Session,
    titles: Texts,
    starts_at: datetime,
    time_zone: str,
    minutes_long: int,
    actor: User | None,
    agenda: str = "",
    link: str = "",
    working_languages: str = "",
    facilitator: User | None = None,
) -> Session:
    """Other words or another time for a session that is to come; a time that stays as it was may be past.

    Locks the session. When something changed the sequence rises, and once it was confirmed everybody gets one
    update of the same event. Raises Incomplete, OutsidePeriod, MoveNotAllowed once held or cancelled.
    """
    if not titles.is_complete:
        raise Incomplete(_("Fill in the title in all three languages."))
    values = {
        **titles.columns("title"),
        "starts_at": starts_at,
        "time_zone": time_zone,
        "minutes_long": minutes_long,
        "agenda": agenda.strip(),
        "link": link,
        "working_languages": working_languages,
        "facilitator": facilitator,
    }
    return _change(session, values, actor)


@transaction.atomic
def move_session(
    *, session: Session, starts_at: datetime, time_zone: str, minutes_long: int, actor: User | None
) -> Session:
    """Another time for the same event, like `change_session`."""
    values = {"starts_at": starts_at, "time_zone": time_zone, "minutes_long": minutes_long}
    return _change(session, values, actor)


@transaction.atomic
def confirm_session(*, session: Session, actor: User | None) -> Session:
    """Fix the session and invite the people of every partnership of the country that runs on that day,
    one attendee a mail. Locks the session. Raises CountrySuspended, MoveNotAllowed, OutsidePeriod when
    the moment is past.
    """
    session = moving.lock_session(session)
    moving.require_open(session.partner_country)
    moving.move_session(session, MeetingStatus.CONFIRMED)
    if session.starts_at <= clock.now():
        raise OutsidePeriod(_("This moment is past. Choose another time first."))
    with because(actor):
        session.save()
    letters.send_invitations(session, changed=False, actor=actor)
    return session


@transaction.atomic
def cancel_session(*, session: Session, reason: str, actor: User | None) -> Session:
    """Call it off. Locks the session; everybody who was invited gets a cancellation of the same event.

    Raises Incomplete without a reason, MoveNotAllowed once held.
    """
    session = moving.lock_session(session)
    invited = session.status == MeetingStatus.CONFIRMED
    moving.move_session(session, MeetingStatus.CANCELLED)
    if not reason.strip():
        raise Incomplete(_("Say why it is cancelled. Everybody who was invited reads it."))
    session.cancel_reason = reason.strip()
    session.sequence += 1
    with because(actor, reason):
        session.save()
    if invited:
        letters.send_cancellations(session, actor=actor)
    return session


@transaction.atomic
def hold_session(*, session: Session, actor: User | None) -> Session:
    """Say that it took place. Locks the session. Raises NotYet before it begins, MoveNotAllowed."""
    session = moving.lock_session(session)
    moving.move_session(session, MeetingStatus.HELD)
    if session.starts_at > clock.now():
        raise NotYet(_("This session has not begun yet."))
    with because(actor):
        session.save()
    return session


@transaction.atomic
def report_session(*, session: Session, minutes: str, actor: User | None, recording: str = "") -> Session:
    """Keep the minutes and the link to the recording. Locks the session. Raises Incomplete,
    MoveNotAllowed.
    """
    session = moving.lock_session(session)
    moving.move_session(session, MeetingStatus.REPORTED)
    if not minutes.strip():
        raise Incomplete(_("Write down what was said before you finish the session."))
    session.minutes, session.recording = minutes.strip(), recording
    with because(actor):
        session.save()
    return session


@transaction.atomic
def invite_partnership(
    *, partnership: Partnership, actor: User | None = None, after: date | None = None
) -> int:
    """Invite a partnership that has just become active to the confirmed sessions to come, or only to those on days
    after `after`; how many mails."""
    sessions = Session.objects.filter(
        partner_country=partnership.partner_country_id,
        status=MeetingStatus.CONFIRMED,
        starts_at__gte=clock.now(),
    ).select_related("partner_country__programme", "facilitator")
    sent = 0
    for session in sessions.order_by("starts_at"):
        if after is not None and session.day <= after:
            continue
        if running_on(session.partner_country, session.day).filter(pk=partnership.pk).exists():
            people = people_of([partnership])
            sent += letters.send_invitations(session, changed=False, actor=actor, people=people)
    return sent


def _change(session: Session, values: dict[str, Any], actor: User | None) -> Session:
    session = moving.lock_session(session)
    moving.require_coming(session)
    changed = {name: value for name, value in values.items() if getattr(session, name) != value}
    if not changed:
        return session
    if changed.keys() & {"starts_at", "time_zone", "minutes_long"}:
        _check_time(values["starts_at"], values["time_zone"], session.partner_country)
    for name, value in changed.items():
        setattr(session, name, value)
    session.sequence += 1
    with because(actor):
        session.save()
    if session.status == MeetingStatus.CONFIRMED:
        letters.send_invitations(session, changed=True, actor=actor)
    return session


def _check(titles: Texts, starts_at: datetime, time_zone: str, partner_country: PartnerCountry) -> None:
    if not titles.is_complete:
        raise Incomplete(_("Fill in the title in all three languages."))
    _check_time(starts_at, time_zone, partner_country)


def _check_time(starts_at: datetime, time_zone: str, partner_country: PartnerCountry) -> None:
    if time_zone not in available_timezones():
        raise DomainError(_("This time zone is not known."))
    if starts_at <= clock.now():
        raise OutsidePeriod(_("This moment is past. Choose another time."))
    programme = partner_country.programme
    day = starts_at.astimezone(ZoneInfo(time_zone)).date()
    if not programme.starts_on <= day <= programme.ends_on:
        raise OutsidePeriod(_("This day lies outside the programme."))


def _numbered(titles: Texts, number: int, year: int) -> Texts:
    en, fr, nl = (f"{text.strip()} {year}/{number}" for text in (titles.en, titles.fr, titles.nl))
    return Texts(en, fr, nl)
