"""What the rules of the exchanges refuse, beside the common errors of core."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class NotRunning(DomainError):
    """The partnership does not run (yet, any more, or for now)."""

    message = _("This is possible while the partnership is active.")


class CountrySuspended(DomainError):
    """Cooperation with the country has stopped for now."""

    message = _("Cooperation with this country is suspended.")


class OutsidePeriod(DomainError):
    """A date lies outside the period that it must lie in."""


class NotYet(DomainError):
    """Something can be recorded only once it has begun or ended."""
