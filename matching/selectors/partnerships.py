"""Reads of partnerships: the team's breadth and what activation still waits for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.breadth import Breadth, Lack, Least, Person, breadth_of
from matching.models import Partnership, PartnershipSide, TeamMember
from matching.selectors.agreements import OUTDATED, outdated
from matching.selectors.formal_decisions import decisions_in_words, latest_of, start_decisions
from sdgpartners.core.access import one_or_404
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import memory_of, standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on

FILE_ROLES = (
    AssociationRole.COORDINATOR,
    AssociationRole.CHECKER,
    AssociationRole.APPROVER,
    AssociationRole.PAYER,
    AssociationRole.FACILITATOR,
    AssociationRole.AUDITOR,
)
ALONG = (
    "partner_country__country",
    "partner_country__association",
    "partner_country__programme__lead_association",
    "theme",
    "north__country",
    "south__country",
)
"""What nearly every page of a partnership reads with it."""

LACKS: Mapping[Lack, str | Promise] = {
    Lack.CONTACTS: _("too few contact persons"),
    Lack.SPONSOR: _("no political sponsor"),
    Lack.STEERING: _("nobody in the internal steering group"),
    Lack.PEOPLE: _("too few people in the internal steering group"),
    Lack.POLITICIANS: _("too few politicians in the internal steering group"),
    Lack.SERVICES: _("too few services in the internal steering group"),
    Lack.ACTORS: _("too few actors from outside"),
}

WANTED: Mapping[Lack, str | Promise] = {
    Lack.PEOPLE: _("People in the internal steering group"),
    Lack.POLITICIANS: _("Politicians among them"),
    Lack.SERVICES: _("Services that they come from"),
    Lack.ACTORS: _("Actors from outside"),
}
"""What makes a side broad, in the order of the page."""


@dataclass(frozen=True)
class ChecklistItem:
    """One thing that activation waits for: a stable `code`, words, and in `detail` what is missing."""

    code: str
    label: str | Promise
    done: bool
    detail: str = ""


def partnerships_visible_to(user: Any) -> QuerySet[Partnership]:
    """Both its municipalities, their associations, and the steering group (observers: own country)."""
    standing = standing_of(user)
    mine = standing.municipality_ids
    return Partnership.objects.filter(
        Q(north__in=mine)
        | Q(south__in=mine)
        | standing.scope("partner_country", *FILE_ROLES)
        | standing.steering_scope("partner_country")
    ).select_related(*ALONG)


def team_sides_of(user: Any, partnership: Partnership) -> frozenset[str]:
    """The sides whose present team names the person with their account; read once per instance of the person (a
    request has its own), for all partnerships."""
    kept: dict[int, frozenset[str]] | None = memory_of(user).get("_team_sides")
    if kept is None:
        named = TeamMember.objects.filter(user=user.pk, left_on__isnull=True)
        kept = {}
        for pk, side in named.values_list("side__partnership", "side__side"):
            kept[pk] = kept.get(pk, frozenset()) | {side}
        memory_of(user)["_team_sides"] = kept
    return kept.get(partnership.pk, frozenset())


def written_by(user: Any, side: Side, prefix: str = "") -> Q:
    """Partnerships on whose `side` a person takes part in the work, as a filter behind `prefix` ("" on Partnership
    itself): as editor or signatory of its municipality, or as a contributor who is named in the side's team."""
    standing = standing_of(user)
    path = f"{prefix}__" if prefix else ""
    editing = {pk for pk in standing.municipality_ids if standing.is_editor(pk)}
    found = Q(**{f"{path}{side.value}__in": editing})
    contributing = standing.municipality_ids - editing
    if contributing:
        named = TeamMember.objects.filter(user=user.pk, left_on__isnull=True, side__side=side.value)
        mine = named.filter(side__municipality__in=contributing).values("side__partnership")
        found |= Q(**{f"{path}pk__in": mine})
    return found


def partnership_for(user: Any, reference: str) -> Partnership:
    """The partnership, or Http404 for whom it does not exist."""
    return one_or_404(partnerships_visible_to(user), reference=reference)


def with_papers(rows: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """The same partnerships with plan and agreement, and who agreed and signed, in the same statement."""
    return rows.select_related(
        "plan__agreed_north_by",
        "plan__agreed_south_by",
        "agreement__signed_north_by",
        "agreement__signed_south_by",
    )


def with_plan(partnership: Partnership) -> Partnership:
    """The same partnership, fresh from the database with its papers (one statement)."""
    rows = Partnership.objects.select_related(*ALONG)
    return with_papers(rows).get(pk=partnership.pk)


def papers_for(user: Any, reference: str) -> Partnership:
    """The partnership with its papers, or Http404 for whom it does not exist."""
    return one_or_404(with_papers(partnerships_visible_to(user)), reference=reference)


def sides_of_pair(partnership: Partnership) -> QuerySet[PartnershipSide]:
    """Both sides with their municipality and who confirmed for them."""
    return PartnershipSide.objects.filter(partnership=partnership).select_related(
        "municipality__country", "split_confirmed_by", "calendar_agreed_by"
    )


def with_people(partnership: Partnership) -> list[PartnershipSide]:
    """Both sides, north first, with their present team and actors (three statements)."""
    rows = sides_of_pair(partnership).prefetch_related(Prefetch("team", _present()), "actors")
    return sorted(rows, key=lambda row: row.side)


def sides_to_start(partnership: Partnership) -> list[PartnershipSide]:
    """Both sides, north first, with their present team and what their councils decide (three statements)."""
    rows = sides_of_pair(partnership).prefetch_related(Prefetch("team", _present()), "formal_decisions")
    return sorted(rows, key=lambda row: row.side)


def _present() -> QuerySet[TeamMember]:
    return TeamMember.objects.filter(left_on__isnull=True)


def sides_with_people(partnerships: Iterable[Partnership]) -> dict[int, list[PartnershipSide]]:
    """The sides of many partnerships by the key of each, north first, with present team and actors; three
    statements."""
    rows = (
        PartnershipSide.objects.filter(partnership__in=list(partnerships))
        .select_related("municipality__country")
        .prefetch_related(Prefetch("team", _present()), "actors")
    )
    found: dict[int, list[PartnershipSide]] = defaultdict(list)
    for row in rows.order_by("partnership", "side"):
        found[row.partnership_id].append(row)
    return found


def breadth(side: PartnershipSide, rules: ProgrammeRules, *, actors: int | None = None) -> Breadth:
    """The breadth of a side that came from `with_people`, or from elsewhere with its number of outside actors; no
    statement."""
    team = [Person(row.name, row.service, row.role, row.kind) for row in side.team.all()]
    least = Least(
        contacts=rules.contacts_per_side,
        people=rules.breadth_people_min,
        politicians=rules.breadth_politicians_min,
        services=rules.breadth_services_min,
        actors=rules.breadth_actors_min,
    )
    return breadth_of(team, len(side.actors.all()) if actors is None else actors, least)


def activation_checklist(partnership: Partnership) -> list[ChecklistItem]:
    """Everything that activation needs, in order (concept note 3.4, 3.5), by the rules of the first day in the
    agreement: at most six statements."""
    rules = rules_on(partnership.partner_country.programme, partnership.agreement.starts_on)
    return checklist(partnership, sides_to_start(partnership), rules)


def checklist(
    partnership: Partnership, sides: Sequence[PartnershipSide], rules: ProgrammeRules
) -> list[ChecklistItem]:
    """The same over rows of `sides_to_start` that were read before; no statement when the papers came along."""
    agreement, plan, old = partnership.agreement, partnership.plan, outdated(partnership, rules)
    both = len(sides) == len(Side)
    return [
        ChecklistItem(
            "plan", _("Joint plan agreed by both sides"), bool(plan.agreed_north_at and plan.agreed_south_at)
        ),
        *(_team_item(side, rules) for side in sides),
        ChecklistItem(
            "calendar",
            _("Calendar agreed by both sides"),
            both and all(side.calendar_agreed_at for side in sides),
        ),
        ChecklistItem(
            "split",
            _("Budget split confirmed by both sides"),
            both and all(side.split_confirmed_at for side in sides),
        ),
        ChecklistItem(
            "agreement",
            _("Agreement signed by both sides"),
            bool(agreement.signed_north_at and agreement.signed_south_at) and not old,
            str(OUTDATED) if old else "",
        ),
        *(_decision_item(side) for side in sides if start_decisions(side)),
    ]


def _decision_item(side: PartnershipSide) -> ChecklistItem:
    """A side that says that its college or council decides waits for a yes."""
    rows = latest_of(start_decisions(side))
    decision = _("Formal decision")
    label = f"{decision} · {side.municipality.name}"
    done = all(row.approved for row in rows)
    return ChecklistItem(f"decision_{side.side}", label, done, "" if done else decisions_in_words(rows))


def _team_item(side: PartnershipSide, rules: ProgrammeRules) -> ChecklistItem:
    # Apart: words inside an f-string reach no catalogue.
    named = _("Contacts, political sponsor and internal steering group named")
    label = f"{named} · {side.municipality.name}"
    lacks = breadth(side, rules, actors=0).lacks_to_start
    return ChecklistItem(f"team_{side.side}", label, not lacks, ", ".join(str(LACKS[lack]) for lack in lacks))
