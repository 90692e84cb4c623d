"""What a person holds right now, read in one statement and kept on the request's user.

Every permission and every list starts here: municipalities, associations with roles, steering seats,
and from these the partner countries in scope.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast
from django.utils.functional import LazyObject

from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.programme.models import PartnerCountry, Programme


@dataclass(frozen=True)
class Standing:
    """The seats of one person. Ids are primary keys."""

    municipal: dict[int, frozenset[str]] = field(default_factory=dict)
    associations: dict[int, frozenset[str]] = field(default_factory=dict)
    led_programmes: dict[int, int] = field(default_factory=dict)  # programme -> leading association
    steering: dict[int, int | None] = field(default_factory=dict)  # programme -> observer's association
    reviewing: frozenset[int] = frozenset()  # programmes whose steering group the person reviews for

    @property
    def municipality_ids(self) -> frozenset[int]:
        return frozenset(self.municipal)

    def works_for(self, municipality_id: int) -> bool:
        """Whether the person writes along for the municipality, in whatever role."""
        return bool(self.municipal.get(municipality_id))

    def is_editor(self, municipality_id: int) -> bool:
        """Signatories may edit as well; contributors only write along."""
        held = self.municipal.get(municipality_id, frozenset())
        return not held.isdisjoint((MunicipalRole.EDITOR, MunicipalRole.SIGNATORY))

    def is_signatory(self, municipality_id: int) -> bool:
        return MunicipalRole.SIGNATORY in self.municipal.get(municipality_id, ())

    def associations_as(self, *roles: AssociationRole) -> frozenset[int]:
        """Associations where the person holds any of `roles`."""
        return frozenset(pk for pk, held in self.associations.items() if held.intersection(roles))

    def has_role(self, *roles: AssociationRole) -> bool:
        return bool(self.associations_as(*roles))

    def leads(self, programme: Programme | int, *roles: AssociationRole) -> bool:
        """Whether the person holds one of `roles` at the association that runs `programme`."""
        programme_id = programme if isinstance(programme, int) else programme.pk
        return self.led_programmes.get(programme_id) in self.associations_as(*roles)

    def covers(self, partner_country: PartnerCountry, *roles: AssociationRole) -> bool:
        """Whether one of `roles` is held at the country's association or at the programme's lead."""
        held = self.associations_as(*roles)
        lead = self.led_programmes.get(partner_country.programme_id)
        return partner_country.association_id in held or (lead is not None and lead in held)

    def scope(self, prefix: str, *roles: AssociationRole) -> Q:
        """The same as a filter, `prefix` being the lookup that leads to PartnerCountry ("" on itself)."""
        held = self.associations_as(*roles)
        led = [programme for programme, association in self.led_programmes.items() if association in held]
        path = f"{prefix}__" if prefix else ""
        return Q(**{f"{path}association_id__in": held}) | Q(**{f"{path}programme_id__in": led})

    def steers(self, partner_country: PartnerCountry) -> bool:
        """Whether the person sits in the programme's steering group with this country in view."""
        if partner_country.programme_id not in self.steering:
            return False
        observer = self.steering[partner_country.programme_id]
        return observer is None or observer == partner_country.association_id

    def steering_scope(self, prefix: str) -> Q:
        """`steers` as a filter on PartnerCountry behind `prefix`; nothing for people without a seat."""
        return self._steering_scope(prefix, frozenset(self.steering))

    def _steering_scope(self, prefix: str, programmes: frozenset[int]) -> Q:
        path = f"{prefix}__" if prefix else ""
        found = Q(pk__in=[])
        for programme, observer in self.steering.items():
            if programme not in programmes:
                continue
            seat = Q(**{f"{path}programme_id": programme})
            if observer is not None:
                seat &= Q(**{f"{path}association_id": observer})
            found |= seat
        return found

    @property
    def is_steering_member(self) -> bool:
        return bool(self.steering)

    @property
    def is_reviewer(self) -> bool:
        """Whether the person may be asked to review anywhere: by a reviewer's seat, or in the steering group."""
        return self.has_role(AssociationRole.REVIEWER) or bool(self.reviewing)

    def reviews_on(self, partner_country: PartnerCountry) -> bool:
        """Whether the person may be asked to review on tracks of the country: a reviewer of its association or of the
        programme's lead, or a member of the steering group who also reviews."""
        return self.covers(partner_country, AssociationRole.REVIEWER) or (
            partner_country.programme_id in self.reviewing and self.steers(partner_country)
        )

    def review_scope(self, prefix: str) -> Q:
        """`reviews_on` as a filter on PartnerCountry behind `prefix`."""
        return self.scope(prefix, AssociationRole.REVIEWER) | self._steering_scope(prefix, self.reviewing)


NOBODY = Standing()


def _rows(user: User) -> list[tuple[str, int, str, int | None]]:
    """(kind, organisation, role, led programme or observer's association), in one UNION ALL; "r" is a seat in the
    steering group from which one also reviews."""
    today = clock.today()
    # Typed: of two bare NULLs PostgreSQL makes text, which fits no number below.
    none = Cast(Value(None), IntegerField())
    members = Membership.objects.filter(user=user, ended_at__isnull=True).values_list(
        Value("m"), "municipality_id", Cast("role", CharField()), none
    )
    # After a merger the successor's people look after what stands under the old name.
    inherited = Membership.objects.filter(
        user=user, ended_at__isnull=True, municipality__predecessors__isnull=False
    ).values_list(Value("m"), "municipality__predecessors__id", Cast("role", CharField()), none)
    acting = Q(user=user) | Q(deputy=user, deputy_from__lte=today, deputy_until__gte=today)
    seats = AssociationSeat.objects.filter(acting, ended_at__isnull=True).values_list(
        Value("a"), "association_id", Cast("role", CharField()), F("association__led_programmes__id")
    )
    steering = SteeringSeat.objects.filter(user=user, ended_at__isnull=True).values_list(
        Case(When(reviews=True, then=Value("r")), default=Value("s"), output_field=CharField()),
        "programme_id",
        Cast("kind", CharField()),
        "association_id",
    )
    return list(
        members.order_by().union(inherited.order_by(), seats.order_by(), steering.order_by(), all=True)
    )


def read_standing(user: User) -> Standing:
    """The seats that `user` holds now, fresh from the database (one statement)."""
    municipal: dict[int, set[str]] = {}
    associations: dict[int, set[str]] = {}
    led: dict[int, int] = {}
    steering: dict[int, int | None] = {}
    reviewing: set[int] = set()
    for kind, organisation, role, extra in _rows(user):
        if kind == "m":
            municipal.setdefault(organisation, set()).add(role)
        elif kind == "a":
            associations.setdefault(organisation, set()).add(role)
            if extra is not None:
                led[extra] = organisation
        else:
            steering[organisation] = extra
            if kind == "r":
                reviewing.add(organisation)
    return Standing(
        municipal={key: frozenset(roles) for key, roles in municipal.items()},
        associations={key: frozenset(roles) for key, roles in associations.items()},
        led_programmes=led,
        steering=steering,
        reviewing=frozenset(reviewing),
    )


def memory_of(user: Any) -> dict[str, Any]:
    """What is kept with `user` for as long as the instance lives: of `request.user` the person behind it, so that who
    gets the one and who gets the other share it."""
    if isinstance(user, LazyObject):
        # Before the first look nobody stands behind it; LazyObject has a __dict__ of its own.
        real: Any = user if user.pk is None else user._wrapped
        return real.__dict__  # type: ignore[no-any-return]
    return user.__dict__  # type: ignore[no-any-return]


def standing_of(user: Any) -> Standing:
    """The standing of `user`, read once per instance (a request has its own). Anonymous: nothing."""
    if isinstance(user, AnonymousUser) or not user.is_authenticated or not user.is_active:
        return NOBODY
    memory = memory_of(user)
    kept: Standing | None = memory.get("_standing")
    if kept is None:
        kept = memory["_standing"] = read_standing(user)
    return kept


def forget_standing(user: Any) -> None:
    """Let the next `standing_of` read afresh, after the seats of this instance changed."""
    memory = memory_of(user)
    memory.pop("_standing", None)
    memory.pop("_people_scope", None)
