"""What the rules of the matching refuse, beside the common errors of core."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class PairNotAllowed(DomainError):
    """A hard rule excludes the pair, so that nobody can fix or prefer it."""


class NoLongerPossible(DomainError):
    """The world has moved on since the scenario was solved."""

    message = _("%(names)s cannot be matched any more. Solve the scenario again.")


class HasInterest(DomainError):
    """Whoever decides has a conflict of interest with a candidate."""

    message = _("You have a conflict of interest with a candidate, so you step out of this decision.")


class NotEntitled(DomainError):
    """The step belongs to somebody else."""
