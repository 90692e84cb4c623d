"""Applications in review with scores, as rows: what the arithmetic and its pages need, without the road there."""

from collections.abc import Mapping, Sequence
from itertools import count

from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import Application, Review, Revision, Score, Track, TrackPreference
from applications.selectors.ranking import lines_of
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality

_numbers = count(1)


def in_review(track: Track, municipality: Municipality, *, twinned: bool | None = True) -> Application:
    """A Flemish application that ranks `track` alone. `twinned` is what it declares of a town twinning."""
    application = Application.objects.create(
        reference=f"SCO-2026-{next(_numbers):05d}", call=track.call, municipality=municipality, side=Side.NORTH,
        status=ApplicationStatus.IN_REVIEW, submitted_at=clock.now(), has_active_twinning=twinned,
    )  # fmt: skip
    TrackPreference.objects.create(application=application, track=track, rank=1)
    Revision.objects.create(application=application, number=1, content={}, created_at=clock.now())
    return application


def stale_on(track: Track) -> list[str]:
    """References of the applications whose prepared decision rests on figures that have changed since."""
    return [one.line.id for one in lines_of(track) if one.stale]


def judged(
    track: Track,
    application: Application,
    scores: Mapping[User, Sequence[int | None] | int],
    *,
    compute: bool = True,
) -> Application:
    """Submitted reviews: a score a criterion in the order of the grid (None: does not apply), or one for all."""
    criteria = list(track.criteria.order_by("order"))
    for reviewer, given in scores.items():
        review = Review.objects.create(
            application=application, track=track, revision=application.revisions.get(), reviewer=reviewer,
            status=ReviewStatus.SUBMITTED, submitted_at=clock.now(),
        )  # fmt: skip
        values = [given] * len(criteria) if isinstance(given, int) else given
        Score.objects.bulk_create(
            Score(review=review, criterion=criterion, value=value, not_applicable=value is None)
            for criterion, value in zip(criteria, values, strict=True)
        )
    if compute:
        recompute_tallies(track=track, applications=[application])
    return application
