"""Applications that wait for the word of a new sponsor."""

from django.db.models import QuerySet

from applications.models import Application, SponsorConfirmation


def confirmations_of(application: Application) -> list[SponsorConfirmation]:
    """All questions to a new sponsor, answered ones included, the oldest first; one statement."""
    return list(
        application.sponsor_confirmations.select_related(
            "succession__municipality",
            "succession__successor",
            "succession__former_signatory",
            "confirmed_by",
        )
    )


def open_confirmations() -> QuerySet[SponsorConfirmation]:
    """Questions that nobody has answered."""
    rows = SponsorConfirmation.objects.filter(confirmed_at__isnull=True)
    return rows.select_related(
        "application__call__programme", "application__municipality", "succession"
    ).order_by("due_on", "pk")


def waits_for_sponsor(application: Application) -> bool:
    """Whether a new sponsor has still to confirm it."""
    return application.sponsor_confirmations.filter(confirmed_at__isnull=True).exists()
