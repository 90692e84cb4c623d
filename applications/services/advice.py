"""What the steering group says of a ranking before the decisions are released."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus
from applications.errors import ConflictOfInterest
from applications.models import Advice, Application, Call, Track
from applications.selectors.conflicts import steps_out
from applications.selectors.reviews import scored_applications
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.people.models import User


@transaction.atomic
def give_advice(*, track: Track, text: str, actor: User, application: Application | None = None) -> Advice:
    """Keep a remark on the ranking of `track`, or on one application in it, for the record of the decisions.

    It stays as it was given: who thinks otherwise later adds another. The same words again are the same advice. Locks
    the call, as a release does. Raises Incomplete without a text, ConflictOfInterest for who steps out of the track,
    DomainError for an application that is not ranked there, and once the decisions are released.
    """
    text = text.strip()
    if not text:
        raise Incomplete(_("Write your advice."))
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=track.call_id)
    if call.status != CallStatus.PUBLISHED:
        raise DomainError(_("The decisions of this call have been released: the advice on them is closed."))
    if steps_out(actor, track):
        raise ConflictOfInterest(_("You step out of this track: you give no advice on it."))
    if application is not None and not scored_applications(track).filter(pk=application.pk).exists():
        raise DomainError(_("This application is not ranked on this track."))
    same = Advice.objects.filter(track=track, author=actor, application=application, text=text).first()
    return same or Advice.objects.create(track=track, author=actor, application=application, text=text)
