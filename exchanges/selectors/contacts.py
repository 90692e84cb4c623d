"""Reads of contacts between sessions."""

from typing import Any

from django.db.models import QuerySet

from exchanges.models import Contact
from matching.models import Partnership
from matching.selectors.partnerships import partnerships_visible_to


def contacts_visible_to(user: Any) -> QuerySet[Contact]:
    """Those of the partnerships that a person sees."""
    return Contact.objects.filter(partnership__in=partnerships_visible_to(user)).select_related("logged_by")


def contacts_of(partnership: Partnership) -> QuerySet[Contact]:
    """All of a pair, the latest first."""
    return partnership.contacts.select_related("logged_by").order_by("-held_on", "-created_at")


def last_contact(partnership: Partnership) -> Contact | None:
    """The latest, or None."""
    return contacts_of(partnership).first()
