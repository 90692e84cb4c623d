"""What the people room refuses, in words for the person who asked."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class OutOfScope(DomainError):
    """The actor's own seats do not reach this seat."""

    message = _("You cannot give or end this seat: it belongs to another association.")


class SeatTaken(DomainError):
    """The person already holds this seat."""

    message = _("This person already has this seat.")


class DeputyRefused(DomainError):
    """Somebody cannot be the deputy of this seat, or not between these dates."""


class InvitationClosed(DomainError):
    """Base of the reasons why an invitation cannot be accepted."""


class InvitationUnknown(InvitationClosed):
    message = _("This invitation does not exist. Check that the whole address was copied.")


class InvitationUsed(InvitationClosed):
    message = _("This invitation was already used. Sign in with the account that was made then.")


class InvitationRevoked(InvitationClosed):
    message = _("This invitation was withdrawn. Ask the person who invited you.")


class InvitationExpired(InvitationClosed):
    message = _("This invitation has expired. Ask the person who invited you for a new one.")


class InvitationForAnother(InvitationClosed):
    """Signed in with another address than the one that was invited."""

    message = _(
        "This invitation is for %(invited)s and you are signed in as %(present)s. "
        "Sign out first, then open the invitation again."
    )


class AccountExists(InvitationClosed):
    """The address has an account, so the seat is added to that one after signing in."""

    message = _("There is already an account with this e-mail address. Sign in to accept the invitation.")


class WrongDomain(DomainError):
    """The address lies on a domain that is not the municipality's."""

    message = _(
        "This address is not at %(domains)s. Use your work address at %(municipality)s, or ask a colleague or your "
        "association to invite you."
    )


class JoinLinkUnknown(DomainError):
    message = _("This link does not work. Check that the whole address was copied.")


class JoinLinkUsed(DomainError):
    message = _("Your address was confirmed already. You get a mail when the association has decided.")


class JoinLinkExpired(DomainError):
    message = _("This link has expired. Ask to join again: you get a new one.")


class NotPhoned(DomainError):
    """An address that proves nothing is checked by phone."""

    message = _(
        "The address is not on the municipality's own domain: check by phone first, and say that you did."
    )


class AccountClosed(DomainError):
    message = _("There is an account with this address that was closed. An administrator can open it again.")


class MergedOtherwise(DomainError):
    message = _("%(municipality)s has merged into %(successor)s already.")


class SuccessorRefused(DomainError):
    message = _("The successor is another municipality of the same country that exists today.")


class SponsorRefused(DomainError):
    """The person cannot be the former or the new sponsor."""
