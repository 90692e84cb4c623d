"""Walking through a draft call with test municipalities, before anybody else sees it. Nothing of it stays."""

from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Avg, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus
from applications.errors import NotRehearsed
from applications.models import (
    AnswerFile,
    Application,
    Call,
    ChangeRequest,
    Decision,
    ExceptionUse,
    Review,
    Revision,
)
from applications.reports import KIND, subject_of
from applications.selectors.rehearsal import places_of
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.people.models import Membership, User
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.services import give_seat
from sdgpartners.programme.models import Country, Municipality

TEST_CODE = "TEST"


def _locked(call: Call) -> Call:
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("programme__north_country")
        .get(pk=call.pk)
    )


@transaction.atomic
def start_rehearsal(*, call: Call, actor: User | None) -> Call:
    """Let test municipalities apply in a draft call, whatever its dates; nobody else sees it. Each of its
    countries that has no test municipality gets one, named as such in its language.

    Locks the call. A second click changes nothing. The call can still be edited. Raises DomainError for a call
    that is no draft.
    """
    call = _locked(call)
    if call.rehearsal_since is not None:
        return call
    if call.status != CallStatus.DRAFT:
        raise DomainError(_("Only a draft is rehearsed: this call is public or over."))
    with because(actor, "Rehearsal"):
        call.rehearsal_since = clock.now()
        call.save(update_fields=["rehearsal_since"])
        present = {place.country_id for place in places_of(call)}
        for country in _countries(call):
            if country.pk not in present:
                _make_place(country)
    return call


def _countries(call: Call) -> list[Country]:
    tracks = call.tracks.select_related("partner_country__country")
    found = {track.partner_country.country_id: track.partner_country.country for track in tracks}
    north = call.programme.north_country
    return [north, *(country for code, country in sorted(found.items()) if code != north.pk)]


def _make_place(country: Country) -> Municipality:
    with override(country.default_language):
        name = gettext("Test %(term)s %(country)s") % {
            "term": country.municipality_term,
            "country": country.name,
        }
        region = gettext("Rehearsal")
    middle = country.municipalities.aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    return Municipality.objects.create(
        country=country,
        code=TEST_CODE,
        name=capfirst(name),
        region=region,
        latitude=round(middle["latitude"] or Decimal(0), 5),
        longitude=round(middle["longitude"] or Decimal(0), 5),
        is_test=True,
    )


@transaction.atomic
def join_rehearsal(*, call: Call, municipality: Municipality, role: str, actor: User) -> Membership:
    """`actor` takes part for a test municipality of `call` as editor, signatory or contributor, and no longer in
    another role there: signing takes a second person.

    Locks the call. Raises NotRehearsed, and DomainError for a municipality that is no test.
    """
    call = _locked(call)
    if call.rehearsal_since is None:
        raise NotRehearsed
    if not places_of(call).filter(pk=municipality.pk).exists():
        raise DomainError(_("This is not a test municipality of the call."))
    with because(actor, "Rehearsal"):
        _end(Membership.objects.filter(user=actor, municipality=municipality).exclude(role=role))
    seat = give_seat(user=actor, offer=MunicipalOffer(municipality, role), actor=actor)
    assert isinstance(seat, Membership)  # noqa: S101 (for the type checker)
    return seat


@transaction.atomic
def end_rehearsal(*, call: Call, actor: User | None) -> int:
    """End it: the applications of the test municipalities in `call` are deleted with everything in them, and
    whoever acted for them does so no more. Gives the number of applications.

    Locks the call. Raises NotRehearsed, also for a second click.
    """
    call = _locked(call)
    if call.rehearsal_since is None:
        raise NotRehearsed
    with because(actor, "Rehearsal"):
        return close_rehearsal(call)


def close_rehearsal(call: Call) -> int:
    """The same for a call that is locked by the caller; nothing happens, and 0, where none is rehearsed."""
    if call.rehearsal_since is None:
        return 0
    applications = call.applications.filter(municipality__is_test=True)
    count = applications.count()
    _delete(list(applications.values_list("pk", flat=True)))
    call.self_checks.filter(municipality__is_test=True).delete()
    call.sign_ups.filter(municipality__is_test=True).delete()
    call.invitations.filter(municipality__is_test=True).delete()
    call.rehearsal_since = None
    call.save(update_fields=["rehearsal_since"])
    _end(Membership.objects.filter(municipality__in=_places_of_no_other(call)))
    return count


def _delete(applications: list[int]) -> None:
    # From what depends to what it depends on: these are protected, for the applications that count.
    files = list(AnswerFile.objects.filter(application__in=applications).values_list("file", flat=True))
    files += _delete_copies(applications)
    for model in (Decision, Review, ChangeRequest, Revision, ExceptionUse, AnswerFile):
        model._default_manager.filter(application__in=applications).delete()
    Application.objects.filter(merged_into__in=applications).update(merged_into=None)
    Application.objects.filter(pk__in=applications).delete()
    _delete_files(StoredFile.objects.filter(pk__in=files))


def _delete_copies(applications: list[int]) -> list[int]:
    """The PDF copies of what was submitted, with their jobs; gives the keys of their files."""
    revisions = Revision.objects.filter(application__in=applications).select_related("application")
    copies = GeneratedReport.objects.filter(kind=KIND, subject__in=[subject_of(row) for row in revisions])
    files = [file for file in copies.values_list("file", flat=True) if file is not None]
    jobs = list(copies.values_list("job", flat=True))
    copies.delete()
    Job.objects.filter(pk__in=jobs).delete()
    return files


def _delete_files(files: QuerySet[StoredFile]) -> None:
    for file in files:
        # The bytes go only when it is sure that nothing refers to them any more.
        transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
        file.delete()


def _places_of_no_other(call: Call) -> list[Municipality]:
    """The test municipalities that no other call rehearses with."""
    others = (
        Call.objects.filter(rehearsal_since__isnull=False).exclude(pk=call.pk).select_related("programme")
    )
    taken = {place.pk for other in others for place in places_of(other)}
    return [place for place in places_of(call) if place.pk not in taken]


def _end(memberships: QuerySet[Membership]) -> None:
    for membership in memberships.filter(ended_at__isnull=True).select_for_update():
        membership.ended_at = clock.now()
        membership.save(update_fields=["ended_at"])
