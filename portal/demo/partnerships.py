"""What a pair prepares, its start, and what its papers and people go through afterwards."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from matching.enums import FormalBody, FormalSubject, MemberKind, TeamRole
from matching.formal_data import FormalData
from matching.models import Partnership, PartnershipSide, PlanReview, Proposal, TeamMember
from matching.newcomer import Newcomer
from matching.selectors.plan_reviews import review_days
from matching.services.activation import activate_partnership
from matching.services.agreements import confirm_calendar, confirm_split, set_start, sign_agreement
from matching.services.formal_decisions import add_formal_decision
from matching.services.handovers import start_hand_over
from matching.services.plan_reviews import agree_review, open_plan_reviews, save_review
from matching.services.plans import agree_plan, content_of, save_plan
from matching.services.teams import add_actor, add_team_member, remove_team_member
from portal.demo.accounts import Staff
from portal.demo.papers import (
    ACTORS,
    BODIES,
    DECISIONS,
    HAND_OVER_NOTES,
    ONE_MORE,
    PLANS,
    REVIEWS,
    SUCCESSORS,
    TEAM,
    TEAMS,
    FormalWords,
)
from portal.demo.pictures import scan
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

__all__ = ["TEAM", "begin", "partnerships_of", "prepare", "sides_of"]


def sides_of(partnership: Partnership, staff: dict[str, Staff]) -> list[tuple[Side, Staff]]:
    return [(Side.NORTH, staff[partnership.north.name]), (Side.SOUTH, staff[partnership.south.name])]


def prepare(partnership: Partnership, staff: dict[str, Staff], day: date, *, whole: bool = True) -> None:
    """Team and plan; with `whole` also calendar, split and both agreements of the plan."""
    country = partnership.partner_country.country_id
    with clock.at(noon(day)):
        for side_row in _sides(partnership):
            _name_people(side_row, staff[side_row.municipality.name].editor, day)
        plan = save_plan(
            partnership=partnership, version=partnership.plan.version, content=PLANS[country].content(day),
            actor=staff[partnership.north.name].editor,
        )  # fmt: skip
        if not whole:
            return
        for side, people in sides_of(partnership, staff):
            agree_plan(partnership=partnership, side=side, version=plan.version, actor=people.editor)
            confirm_calendar(partnership=partnership, side=side, actor=people.editor)
            confirm_split(partnership=partnership, side=side, actor=people.editor)


def _sides(partnership: Partnership) -> list[PartnershipSide]:
    """Both sides, north first."""
    return list(partnership.sides.select_related("municipality__country").order_by("side"))


def _name_people(side: PartnershipSide, editor: User, day: date) -> None:
    country = side.municipality.country_id
    for name, service, role, kind in TEAMS[country]:
        add_team_member(side=side, name=name, service=service, role=role, kind=kind, actor=editor)
    for name, actor_kind in ACTORS[country]:
        add_actor(side=side, name=name, kind=actor_kind, since=day, actor=editor)


def decide_formally(partnership: Partnership, staff: dict[str, Staff], day: date, *, papers: bool) -> None:
    """College and councils say yes before the start, entered by each side on `day`; with a scan of the decision where
    there are `papers`."""
    with clock.at(noon(day)):
        for side in _sides(partnership):
            for words in DECISIONS[side.municipality.country_id]:
                _enter(side, words, day, staff[side.municipality.name].editor, papers=papers)


def _enter(side: PartnershipSide, words: FormalWords, day: date, editor: User, *, papers: bool) -> None:
    decided_on = day - timedelta(days=words.decided)
    number = words.number.format(year=decided_on.year)
    add_formal_decision(
        side=side,
        data=FormalData(
            subject=words.subject,
            body=words.body,
            body_name=words.body_name,
            requested_on=day - timedelta(days=words.asked),
            decided_on=decided_on,
            approved=True,
            number=number,
        ),
        upload=scan(f"{side.municipality.name} {number}") if papers else None,
        actor=editor,
    )


def ask_council(
    partnership: Partnership,
    side: Side,
    staff: dict[str, Staff],
    *,
    subject: FormalSubject,
    asked_on: date,
    expected_on: date,
) -> None:
    """Something lies with the council of one side, which has not answered."""
    row = next(each for each in _sides(partnership) if each.side == side)
    with clock.at(noon(asked_on)):
        add_formal_decision(
            side=row,
            data=FormalData(
                subject=subject,
                body=FormalBody.COUNCIL,
                body_name=BODIES[row.municipality.country_id],
                requested_on=asked_on,
                expected_on=expected_on,
            ),
            upload=None,
            actor=staff[row.municipality.name].editor,
        )


def move_start(partnership: Partnership, staff: dict[str, Staff], day: date, starts_on: date) -> None:
    """Another first day in the agreement that nobody has signed yet."""
    with clock.at(noon(day)):
        set_start(partnership=partnership, starts_on=starts_on, actor=staff[partnership.north.name].editor)


def begin(partnership: Partnership, staff: dict[str, Staff], starts_on: date, coordinator: User) -> None:
    """The agreement signed on both sides, and the partnership active from `starts_on`."""
    with clock.at(noon(starts_on - timedelta(days=3))):
        set_start(partnership=partnership, starts_on=starts_on, actor=staff[partnership.north.name].editor)
        for side, people in sides_of(partnership, staff):
            sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=people.signatory)
    with clock.at(noon(starts_on)):
        activate_partnership(partnership=partnership, actor=coordinator)


def review_plan(
    partnership: Partnership, staff: dict[str, Staff], agreed: Collection[Side] = tuple(Side)
) -> None:
    """In its month the review of the plan opens, both write their part, and the sides of `agreed` agree. Once both
    have, the plan gets the activity that they decided on."""
    opens_on = review_days([partnership])[partnership.pk].opens_on
    country = partnership.partner_country.country_id
    with clock.at(noon(opens_on + timedelta(days=1))):
        open_plan_reviews()
    content = REVIEWS[country]
    north, south = (people for _side, people in sides_of(partnership, staff))
    review = PlanReview.objects.get(plan__partnership=partnership)
    with clock.at(noon(opens_on + timedelta(days=9))):
        review = save_review(
            partnership=partnership, version=review.version, content=replace(content, learned_south="", adjusts=""),
            actor=north.editor,
        )  # fmt: skip
    with clock.at(noon(opens_on + timedelta(days=13))):
        review = save_review(
            partnership=partnership, version=review.version, content=content, actor=south.editor
        )
    with clock.at(noon(opens_on + timedelta(days=20))):
        for side, people in sides_of(partnership, staff):
            if side in agreed:
                agree_review(partnership=partnership, side=side, version=review.version, actor=people.editor)
        if set(agreed) == set(Side):
            _change_plan(partnership, staff, ONE_MORE[country], opens_on + timedelta(days=110))


def _change_plan(partnership: Partnership, staff: dict[str, Staff], activity: str, due_on: date) -> None:
    partnership.plan.refresh_from_db()
    before = content_of(partnership.plan)
    content = replace(before, activities=(*before.activities, (activity, due_on)))
    plan = save_plan(
        partnership=partnership, version=partnership.plan.version, content=content,
        actor=staff[partnership.south.name].editor,
    )  # fmt: skip
    for side, people in sides_of(partnership, staff):
        agree_plan(partnership=partnership, side=side, version=plan.version, actor=people.editor)


def hand_over(
    partnership: Partnership, side: Side, staff: dict[str, Staff], day: date, leaves_on: date, *, named: bool
) -> None:
    """On `day` it is told that the second contact person leaves after `leaves_on`; with `named` also who takes over."""
    row = next(each for each in _sides(partnership) if each.side == side)
    country = row.municipality.country_id
    leaving = TeamMember.objects.select_related("side").get(
        side=row, role=TeamRole.CONTACT, name=TEAMS[country][1][0]
    )
    with clock.at(noon(day)):
        start_hand_over(
            leaving=leaving,
            leaves_on=leaves_on,
            successor=Newcomer(SUCCESSORS[country], TEAMS[country][1][1], MemberKind.OFFICIAL)
            if named
            else None,
            notes=HAND_OVER_NOTES[country],
            actor=staff[row.municipality.name].editor,
        )


def lose_politician(partnership: Partnership, side: Side, staff: dict[str, Staff], day: date) -> None:
    """The only politician of an internal steering group leaves, and nobody comes: the side is not broad any more."""
    row = next(each for each in _sides(partnership) if each.side == side)
    member = row.team.get(role=TeamRole.STEERING, kind=MemberKind.POLITICIAN, left_on__isnull=True)
    with clock.at(noon(day)):
        remove_team_member(member=member, actor=staff[row.municipality.name].editor)


def partnerships_of(proposals: list[Proposal]) -> list[Partnership]:
    """The partnerships that came of accepted proposals, with what the services need along."""
    return list(
        Partnership.objects.filter(proposal__in=proposals)
        .select_related("north__country", "south__country", "partner_country__programme", "plan")
        .order_by("reference")
    )
