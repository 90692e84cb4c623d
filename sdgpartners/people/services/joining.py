"""Getting in by asking: an address that is proved, then a decision of the association."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.people.enums import JOIN_MOVES, JoinState
from sdgpartners.people.errors import (
    AccountClosed,
    JoinLinkExpired,
    JoinLinkUnknown,
    JoinLinkUsed,
    NotPhoned,
    OutOfScope,
)
from sdgpartners.people.models import JoinRequest, Membership, User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import check_domain
from sdgpartners.people.services.accounts import NewPerson, create_person, verify_address
from sdgpartners.people.services.invitations import valid_days
from sdgpartners.people.services.seats import give_seat
from sdgpartners.people.signals import join_asked, join_decided, join_waiting
from sdgpartners.people.tokens import new_token, token_hash
from sdgpartners.programme.models import Municipality


@dataclass(frozen=True)
class Asking:
    """What somebody tells of themselves. `next_path` is a path of the portal, already checked."""

    municipality: Municipality
    first_name: str
    last_name: str
    job_title: str
    email: str
    role: str
    language: str
    next_path: str = ""

    @property
    def address(self) -> str:
        return self.email.strip().lower()


@transaction.atomic
def ask_to_join(*, asking: Asking) -> None:
    """Write the request down and send `join_asked`, which mails the link that proves the address.

    Valid as long as an invitation (`ProgrammeRules.invitation_days`). Asking again before that replaces the
    link; a request that waits on the association, or a seat that is held, is left as it is and the mail says
    so. Nothing of this shows to who asks: only the mailbox tells whether an account exists. Raises WrongDomain.
    """
    own = check_domain(asking.municipality, asking.address)
    if _holds_seat(asking):
        join_asked.send(sender=JoinRequest, join_request=_new(asking, own=own), token="")
        return
    present = _open_request(asking)
    if present is None:
        try:
            # A savepoint: a double click asks twice at the same moment.
            with transaction.atomic():
                _write(_new(asking, own=own), asking, own=own)
            return
        except IntegrityError:
            present = _open_request(asking)
    if present is not None and present.state == JoinState.WAITING:
        join_asked.send(sender=JoinRequest, join_request=present, token="")
    elif present is not None:
        _write(present, asking, own=own)


def _open_request(asking: Asking) -> JoinRequest | None:
    rows = JoinRequest.objects.select_for_update(of=("self",)).filter(
        email=asking.address,
        municipality=asking.municipality,
        state__in=(JoinState.ASKED, JoinState.WAITING),
    )
    return rows.first()


def _holds_seat(asking: Asking) -> bool:
    held = Membership.objects.filter(
        municipality=asking.municipality, role=asking.role, ended_at__isnull=True
    )
    return held.filter(user__email__iexact=asking.address).exists()


def _new(asking: Asking, *, own: bool) -> JoinRequest:
    return JoinRequest(municipality=asking.municipality, email=asking.address, own_domain=own, role=asking.role,
                       language=asking.language, first_name=asking.first_name,
                       next_path=asking.next_path)  # fmt: skip


def _write(row: JoinRequest, asking: Asking, *, own: bool) -> None:
    token = new_token()
    row.first_name, row.last_name, row.job_title = asking.first_name, asking.last_name, asking.job_title
    row.role, row.language, row.next_path = asking.role, asking.language, asking.next_path
    row.own_domain, row.token_hash = own, token_hash(token)
    days = valid_days(MunicipalOffer(asking.municipality, asking.role))
    row.expires_at = clock.now() + timedelta(days=days)
    with because(None):
        row.save()
    join_asked.send(sender=JoinRequest, join_request=row, token=token)


@transaction.atomic
def prove_address(*, token: str) -> JoinRequest:
    """The reader of the mailbox confirms: the request goes to the association (`join_waiting`).

    Locks the row; the link works once. Raises JoinLinkUnknown, JoinLinkUsed, JoinLinkExpired.
    """
    rows = JoinRequest.objects.select_for_update(of=("self",)).filter(token_hash=token_hash(token))
    row = rows.select_related("municipality__country").first()
    check_link(row)
    assert row is not None  # noqa: S101 (check_link)
    check_move(JOIN_MOVES, current=row.state, target=JoinState.WAITING, states=JoinState)
    row.state, row.proved_at = JoinState.WAITING, clock.now()
    with because(None):
        row.save(update_fields=["state", "proved_at"])
    join_waiting.send(sender=JoinRequest, join_request=row)
    return row


def check_link(row: JoinRequest | None) -> None:
    """The rules of `prove_address`, for the page that asks. Raises what that raises."""
    if row is None:
        raise JoinLinkUnknown
    if row.state != JoinState.ASKED:
        raise JoinLinkUsed
    if row.expires_at <= clock.now():
        raise JoinLinkExpired


@transaction.atomic
def accept_join(*, join_request: JoinRequest, phoned: bool, actor: User) -> JoinRequest:
    """The association confirms: the person (made now, if new) has the seat and is mailed (`join_decided`).

    `phoned`: the association has checked by phone, which an address without a domain of its own needs. Locks
    the row, so that of two coordinators one decides. Raises OutOfScope, MoveNotAllowed, NotPhoned,
    AccountClosed.
    """
    row = _locked(join_request, actor)
    check_move(JOIN_MOVES, current=row.state, target=JoinState.ACCEPTED, states=JoinState)
    if not row.own_domain and not phoned:
        raise NotPhoned
    row.user = _person_of(row)
    # It may have merged while the request waited.
    place = row.municipality.successor or row.municipality
    seat = give_seat(user=row.user, offer=MunicipalOffer(place, row.role), actor=actor)
    if isinstance(seat, Membership) and not seat.job_title:
        seat.job_title = row.job_title
        with because(actor):
            seat.save(update_fields=["job_title"])
    row.phoned = phoned
    return _decide(row, JoinState.ACCEPTED, actor, "")


def _person_of(row: JoinRequest) -> User:
    user = User.objects.filter(email__iexact=row.email).first()
    if user is None:
        country = row.municipality.country
        person = NewPerson(row.first_name, row.last_name, row.language, country.time_zone, password="")
        return create_person(email=row.email, person=person)
    if not user.is_active:
        raise AccountClosed
    verify_address(user)
    return user


@transaction.atomic
def refuse_join(*, join_request: JoinRequest, reason: str, actor: User) -> JoinRequest:
    """The association says no; the person is mailed the reason (`join_decided`).

    Locks the row. Raises OutOfScope, MoveNotAllowed, and Incomplete without a reason.
    """
    row = _locked(join_request, actor)
    check_move(JOIN_MOVES, current=row.state, target=JoinState.REFUSED, states=JoinState)
    if not reason.strip():
        raise Incomplete
    return _decide(row, JoinState.REFUSED, actor, reason.strip())


def _locked(join_request: JoinRequest, actor: User) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("municipality__country")
    row = rows.get(pk=join_request.pk)
    if not allowed(actor, Perm.DECIDE_JOIN, row):
        raise OutOfScope
    return row


def _decide(row: JoinRequest, state: JoinState, actor: User, reason: str) -> JoinRequest:
    row.state, row.reason = state, reason
    row.decided_by, row.decided_at = actor, clock.now()
    with because(actor, reason):
        row.save()
    join_decided.send(sender=JoinRequest, join_request=row)
    return row
