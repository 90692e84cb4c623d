"""The list under the funnel: per municipality where it stands, who was there last, and who could go on."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.models import Application, Call, SectionState, SignOff
from applications.selectors.progress import AskedSections, Stage, asked_for_signature
from sdgpartners.core import clock
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.models import Municipality

# Editors may also sign nothing, signatories may also edit: each is counted under every role that it holds.
People = dict[str, int]
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class StuckRow:
    """One municipality. `section` is the first part that is not complete (None: all are, or nothing is started);
    `days_left` counts whole days until its deadline, 0 on the last day, negative afterwards."""

    municipality: Municipality
    application: Application | None
    stage: Stage | None
    section: Section | None
    last_at: datetime | None
    last_by: User | None
    days_left: int
    asked: SignOff | None
    people: People
    nudged_recently: bool

    @property
    def silent_days(self) -> int | None:
        """Whole days since anything happened."""
        return None if self.last_at is None else (clock.now() - self.last_at).days


def stuck_rows(rows: Collection[Any], call: Call, asked: AskedSections) -> list[StuckRow]:
    """The rows of one page of `progress.followed`, with what a line tells, in four statements whatever their
    number."""
    keys = [row.app_pk for row in rows if row.app_pk]
    applications = Application.objects.select_related("started_by").in_bulk(keys)
    states: dict[int, dict[str, SectionState]] = {}
    for state in SectionState.objects.filter(application__in=keys).select_related("saved_by"):
        states.setdefault(state.application_id, {})[state.section] = state
    signing = asked_for_signature(keys)
    people = people_of([row.pk for row in rows])
    found = []
    for row in rows:
        application = applications.get(row.app_pk)
        own = states.get(row.app_pk, {})
        sign_off = signing.get(row.app_pk)
        starter = application.started_by if application else None
        found.append(
            StuckRow(
                municipality=row,
                application=application,
                stage=_stage(row, application),
                section=None if application is None else _first_open(application, own, asked),
                last_at=row.last_at,
                last_by=_last_person(own, sign_off, starter),
                days_left=_days_left(call, application),
                asked=sign_off,
                people=people.get(row.pk, {}),
                nudged_recently=application is not None and nudged_within(application, call),
            )
        )
    return found


def _stage(row: Any, application: Application | None) -> Stage | None:
    if application is None:
        return Stage.INVITED if row.invited_at else Stage.LISTED
    if application.status == ApplicationStatus.AWAITING_SIGN_OFF and application.submitted_at is None:
        return Stage.WAITING
    if application.status != ApplicationStatus.DRAFT:
        return None
    return Stage.COMPLETE if row.done >= row.wanted else Stage.STARTED


def _first_open(
    application: Application, states: dict[str, SectionState], asked: AskedSections
) -> Section | None:
    for section in asked[application.side, application.is_profile]:
        state = states.get(section)
        if state is None or state.status != SectionStatus.COMPLETED:
            return section
    return None


def _last_person(
    states: dict[str, SectionState], sign_off: SignOff | None, starter: User | None
) -> User | None:
    """Who saved last, or asked for the signature after that; before any of it who started."""
    saved = [state for state in states.values() if state.version]
    last = max(saved, key=lambda state: state.updated_at, default=None)
    if sign_off is not None and (last is None or sign_off.created_at >= last.updated_at):
        return sign_off.asked_by
    return starter if last is None else last.saved_by


def _days_left(call: Call, application: Application | None) -> int:
    late = application.late_until if application else None
    deadline = call.closes_at if late is None else max(late, call.closes_at)
    return math.floor((deadline - clock.now()).total_seconds() / SECONDS_A_DAY)


def nudged_within(application: Application, call: Call) -> bool:
    """Whether a coordinator reminded its people so recently that the call allows no other reminder yet."""
    nudged = application.nudged_at
    return nudged is not None and (clock.now() - nudged).total_seconds() < call.nudge_days * SECONDS_A_DAY


def people_of(municipalities: Collection[int]) -> dict[int, People]:
    """How many active people hold each role, and `all` of them together, per municipality; one statement."""
    held = Membership.objects.filter(
        municipality__in=municipalities, ended_at__isnull=True, user__is_active=True
    )
    counts = {role: Count("user", filter=Q(role=role), distinct=True) for role in MunicipalRole.values}
    rows: Any = held.order_by().values("municipality").annotate(all=Count("user", distinct=True), **counts)
    return {row["municipality"]: {key: row[key] for key in ("all", *MunicipalRole.values)} for row in rows}
