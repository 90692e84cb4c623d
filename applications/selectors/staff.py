"""People who work on an application at a municipality, and those who coordinate it."""

from django.db.models import QuerySet

from applications.models import Application
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User


def staff_of(application: Application) -> QuerySet[User]:
    """Everybody who works on the application now, editors and signatories, each once."""
    held = Membership.objects.filter(municipality=application.municipality_id, ended_at__isnull=True)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")


def signatories_of(application: Application) -> QuerySet[User]:
    """Who may sign for the municipality now."""
    held = Membership.objects.filter(
        municipality=application.municipality_id, role=MunicipalRole.SIGNATORY, ended_at__isnull=True
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")
