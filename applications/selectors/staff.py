"""People who work on an application at a municipality, and those who coordinate it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import AssociationSeat, Membership, User


def staff_of(application: Application) -> QuerySet[User]:
    """Everybody who works on the application now, in whatever role, each once."""
    held = _held(application)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def signatories_of(application: Application) -> QuerySet[User]:
    """Who may sign for the municipality now."""
    held = _held(application).filter(role=MunicipalRole.SIGNATORY)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def others_to_sign(application: Application, person: User) -> tuple[list[User], list[User]]:
    """Who but `person` may sign for the municipality now, and who may ask for a signature, in one statement."""
    held = _held(application)
    asking = held.filter(role__in=(MunicipalRole.EDITOR, MunicipalRole.SIGNATORY))
    signing = held.filter(role=MunicipalRole.SIGNATORY, user=OuterRef("pk"))
    rows = list(
        User.objects.filter(is_active=True, pk__in=asking.values("user"))
        .exclude(pk=person.pk)
        .annotate(signs=Exists(signing))
        .order_by("pk")
    )
    return [row for row in rows if row.signs], list(rows)


def _held(application: Application) -> QuerySet[Membership]:
    """Seats at the municipality; after a merger the successor's, also for what stays under the old name."""
    place = application.municipality_id
    return Membership.objects.filter(
        Q(municipality=place) | Q(municipality__predecessors=place), ended_at__isnull=True
    )


def may_confirm(application: Application, person: User) -> bool:
    """Whether `person` may sign it now: a signatory of the municipality who holds no seat at the association that
    filled it in. Read afresh, for inside the transaction."""
    if not signatories_of(application).filter(pk=person.pk).exists():
        return False
    return (
        application.filled_by_id is None
        or not AssociationSeat.objects.filter(
            user=person, association=application.filled_by_id, ended_at__isnull=True
        ).exists()
    )
