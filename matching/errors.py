"""What the rules of the matching refuse, beside the common errors of core."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class PairNotAllowed(DomainError):
    """A hard rule excludes the pair, so that nobody can fix or prefer it."""


class NoLongerPossible(DomainError):
    """The world has moved on since the scenario was solved."""

    message = _("%(names)s cannot be matched any more. Solve the scenario again.")


class HasInterest(DomainError):
    """Whoever decides has to do with a municipality in the scenario: their own, its twin, or a declared conflict."""

    message = _("You have a conflict of interest with a candidate, so you step out of this decision.")


class NotPutForward(DomainError):
    """The coordinators still work on it, or changed it since."""

    message = _("The coordinators have not put this scenario to the steering group yet.")


class LettersChanged(DomainError):
    """What was looked at is not what would go out."""

    message = _("Something changed since you looked at the letters. Look at them again.")


class NotEntitled(DomainError):
    """The step belongs to somebody else."""


class StandsStill(DomainError):
    """The partnership is suspended, so that nothing of it changes for now."""

    message = _(
        "This partnership is suspended. You can read everything; nothing is changed, sent or paid until it resumes."
    )


class CountryStandsStill(DomainError):
    """Cooperation with the country is suspended."""

    message = _("Cooperation with this country is suspended.")
