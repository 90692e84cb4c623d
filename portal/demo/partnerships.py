"""What a pair prepares, and its start."""

from datetime import date, timedelta

from matching.enums import ActorKind, MemberKind, TeamRole
from matching.models import Partnership, Proposal
from matching.plan_content import PlanContent
from matching.services.activation import activate_partnership
from matching.services.agreements import confirm_calendar, confirm_split, set_start, sign_agreement
from matching.services.plans import agree_plan, save_plan
from matching.services.teams import add_actor, add_team_member
from portal.demo.accounts import Staff
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

TEAM = (
    ("Contact één (fictief)", "", TeamRole.CONTACT, MemberKind.OFFICIAL),
    ("Contact twee (fictief)", "", TeamRole.CONTACT, MemberKind.OFFICIAL),
    ("Sponsor (fictief)", "", TeamRole.SPONSOR, MemberKind.POLITICIAN),
    ("Lid één (fictief)", "Participatie", TeamRole.STEERING, MemberKind.OFFICIAL),
    ("Lid twee (fictief)", "Lokale economie", TeamRole.STEERING, MemberKind.OFFICIAL),
    ("Lid drie (fictief)", "Jeugd", TeamRole.STEERING, MemberKind.OFFICIAL),
    ("Lid vier (fictief)", "Raad", TeamRole.STEERING, MemberKind.POLITICIAN),
)
PLAN = PlanContent(
    theme_title="",
    change_north="Twee werkwijzen van de partner uitproberen in twee wijken.",
    change_south="Rendre compte aux habitants après chaque décision.",
    language="nl",
    questions=(
        "Hoe bereiken we wie nooit komt?",
        "Hoe laten we zien wat er met een idee gebeurt?",
        "Wat kost het, in tijd en in geld?",
    ),
    activities=(
        ("Elkaars bewonersvergadering bijwonen", None),
        ("Samen een handleiding van vier bladzijden", None),
    ),
)


def sides_of(partnership: Partnership, staff: dict[str, Staff]) -> list[tuple[Side, Staff]]:
    return [(Side.NORTH, staff[partnership.north.name]), (Side.SOUTH, staff[partnership.south.name])]


def prepare(partnership: Partnership, staff: dict[str, Staff], day: date, *, whole: bool = True) -> None:
    """Team and plan; with `whole` also calendar, split and both agreements of the plan."""
    with clock.at(noon(day)):
        for side_row in partnership.sides.order_by("side"):
            editor = staff[side_row.municipality.name].editor
            for name, service, role, kind in TEAM:
                add_team_member(side=side_row, name=name, service=service, role=role, kind=kind, actor=editor)
            add_actor(
                side=side_row,
                name="Jeugdraad (fictief)",
                kind=ActorKind.CIVIL_SOCIETY,
                since=day,
                actor=editor,
            )
        plan = save_plan(
            partnership=partnership, version=partnership.plan.version, content=PLAN,
            actor=staff[partnership.north.name].editor,
        )  # fmt: skip
        if not whole:
            return
        for side, people in sides_of(partnership, staff):
            agree_plan(partnership=partnership, side=side, version=plan.version, actor=people.editor)
            confirm_calendar(partnership=partnership, side=side, actor=people.editor)
            confirm_split(partnership=partnership, side=side, actor=people.editor)


def begin(partnership: Partnership, staff: dict[str, Staff], starts_on: date, coordinator: User) -> None:
    """The agreement signed on both sides, and the partnership active from `starts_on`."""
    with clock.at(noon(starts_on - timedelta(days=3))):
        set_start(partnership=partnership, starts_on=starts_on, actor=staff[partnership.north.name].editor)
        for side, people in sides_of(partnership, staff):
            sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=people.signatory)
    with clock.at(noon(starts_on)):
        activate_partnership(partnership=partnership, actor=coordinator)


def partnerships_of(proposals: list[Proposal]) -> list[Partnership]:
    """The partnerships that came of accepted proposals, with what the services need along."""
    return list(
        Partnership.objects.filter(proposal__in=proposals)
        .select_related("north__country", "south__country", "partner_country__programme", "plan")
        .order_by("reference")
    )
