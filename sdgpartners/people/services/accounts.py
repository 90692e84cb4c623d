"""A person's own account."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError
from sdgpartners.people.errors import AccountExists
from sdgpartners.people.models import User


@dataclass(frozen=True)
class NewPerson:
    """What somebody tells of themselves when they come in. The password is already checked; without one they
    sign in by a code."""

    first_name: str
    last_name: str
    language: str
    time_zone: str
    password: str


def verify_address(user: User) -> None:
    """Note that the address is the person's own; without it allauth refuses its pages on two-step sign-in."""
    EmailAddress.objects.filter(user=user, primary=True).exclude(email__iexact=user.email).update(
        primary=False
    )
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def create_person(*, email: str, person: NewPerson) -> User:
    """Make the account of a new person with a verified address. Raises AccountExists."""
    try:
        # A savepoint: two invitations to one address may be accepted at the same moment.
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                person.password or None,
                first_name=person.first_name,
                last_name=person.last_name,
                language=person.language,
                time_zone=person.time_zone,
            )
    except IntegrityError as clash:
        raise AccountExists from clash
    verify_address(user)
    return user


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Keep the language in which `user` reads pages, mail and PDF."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def update_profile(
    *, user: User, first_name: str, last_name: str, language: str, time_zone: str, phone: str
) -> User:
    """Keep what a person says of themselves. Locks the row; mails and signals nothing."""
    person = User.objects.select_for_update().get(pk=user.pk)
    person.first_name, person.last_name, person.phone = first_name, last_name, phone
    person.language, person.time_zone = language, time_zone
    person.save(update_fields=["first_name", "last_name", "phone", "language", "time_zone"])
    return person


@transaction.atomic
def close_account(*, user: User, actor: User | None) -> None:
    """Nobody signs in with this account any more, and open sessions end. Seats stay, for the record.

    Raises DomainError when people close their own account.
    """
    if actor is not None and actor.pk == user.pk:
        raise DomainError(_("You cannot close your own account. Ask another administrator."))
    _set_active(user, False)


@transaction.atomic
def reopen_account(*, user: User, actor: User | None) -> None:
    """The person can sign in again."""
    _set_active(user, True)


def _set_active(user: User, active: bool) -> None:
    person = User.objects.select_for_update().get(pk=user.pk)
    person.is_active = active
    person.save(update_fields=["is_active"])


@transaction.atomic
def make_administrator(*, user: User, actor: User | None) -> None:
    """The person looks after accounts and settings; no file of the programme opens by it."""
    _set_administrator(user, True)


@transaction.atomic
def unmake_administrator(*, user: User, actor: User | None) -> None:
    """The person is no administrator any more. Raises DomainError when people do this to themselves."""
    if actor is not None and actor.pk == user.pk:
        raise DomainError(_("You cannot end this for yourself. Ask another administrator."))
    _set_administrator(user, False)


def _set_administrator(user: User, administrator: bool) -> None:
    person = User.objects.select_for_update().get(pk=user.pk)
    person.is_superuser = administrator
    person.save(update_fields=["is_superuser"])
