"""A track with 10,000 applications and three reviews each: its figures computed again, and its pages.

    make bench ARGS="ranking"     about three minutes, most of them to fill the tables

A database of its own gets the demonstration's programme, one call, invented municipalities, thirty reviewers and a
score on every criterion. What must hold: all totals again in a bounded number of statements, a page of the ranking in
fifteen at most, and both in seconds.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.database import own_database

if TYPE_CHECKING:
    from applications.models import Application, Call, Track
    from sdgpartners.people.models import User

APPLICATIONS, REVIEWS, REVIEWERS = 10_000, 3, 30
MOST_STATEMENTS = 15
PAGE_SECONDS, TALLY_SECONDS = 2.0, 20.0
ROUNDS = 5
HOST = "localhost"


def main() -> None:
    """Prints the figures; ends with 1 if a bound does not hold."""
    with own_database("bench_ranking"):
        began = time.perf_counter()
        call = _call()
        track = call.tracks.select_related("call").order_by("pk")[0]
        reviewers = _reviewers()
        _fill(call, track, reviewers)
        print(f"{APPLICATIONS} applications, {REVIEWS} reviews each, {track.criteria.count()} criteria"
              f" ({time.perf_counter() - began:.0f} s to fill in)")  # fmt: skip
        kept = _recompute(track)
        kept &= _pages(track)
    raise SystemExit(0 if kept else 1)


def _recompute(track: Track) -> bool:
    from applications.selectors.ranking import ranking_of
    from applications.services.tallies import recompute_tallies

    one = track.call.applications.order_by("pk")[0]
    with _measured("all totals, first time (rows are new)") as (first, _statements):
        recompute_tallies(track=track)
    with _measured("all totals again") as (again, statements):
        recompute_tallies(track=track)
    with _measured("the totals of one application") as (_one, few):
        recompute_tallies(track=track, applications=[one])
    with _measured("the whole ranking with its rows") as (_all, rows):
        assert len(ranking_of(track)) == APPLICATIONS
    seconds = max(first[0], again[0])
    bounded = statements[0] <= 12 and few[0] <= 9 and rows[0] <= 4
    return _bound("recomputing", seconds, TALLY_SECONDS) and bounded


def _pages(track: Track) -> bool:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    settings.ALLOWED_HOSTS = [HOST]
    client = Client(HTTP_HOST=HOST)
    client.force_login(_coordinator(track))
    page = reverse("admin:applications_track_ranking", args=[track.pk])
    client.get(page)
    kept = True
    for what, url in (
        ("first page", page), ("page 150", f"{page}?page=150"), ("filter", f"{page}?only=disagree"),
        ("by name", f"{page}?name=999"),
    ):  # fmt: skip
        kept &= _page(client, what, url)
    _page(client, "with the sensitivity", f"{page}?checks=1", rounds=1)
    file = reverse("admin:applications_track_ranking_file", args=[track.pk])
    _page(client, "XLSX", file, rounds=1)
    _page(client, "JSON", f"{file}?form=json", rounds=1)
    return kept


def _page(client: Any, what: str, url: str, rounds: int = ROUNDS) -> bool:
    """Median seconds, statements and the peak of memory of a page; whether its bounds hold (the seconds: of this
    process, so that a busy machine does not decide)."""
    taken = [_timed(lambda: client.get(url)) for _round in range(rounds)]
    wall, own = median(each[0] for each in taken), median(each[1] for each in taken)
    statements = _counted(lambda: client.get(url))
    tracemalloc.start()
    answer = client.get(url)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert answer.status_code == 200
    print(f"{what:22} {wall:6.2f} s ({own:.2f} s of it here)  {statements:3} statements  {peak:6.1f} MB  "
          f"{len(answer.content) / 1000:.0f} kB sent", flush=True)  # fmt: skip
    return own <= PAGE_SECONDS and statements <= MOST_STATEMENTS


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and those that this process worked: the rest is the database, or other programs."""
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked


def _counted(run: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)


@contextmanager
def _measured(what: str) -> Iterator[tuple[list[float], list[int]]]:
    """Prints what the block took; the seconds and statements are in the lists afterwards."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    seconds: list[float] = []
    statements: list[int] = []
    began, worked = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        yield seconds, statements
    wall, own = time.perf_counter() - began, time.process_time() - worked
    seconds.append(own)
    statements.append(len(queries))
    print(f"{what:40} {wall:6.2f} s ({own:.2f} s of it here)  {statements[0]:3} statements", flush=True)


def _bound(what: str, seconds: float, most: float) -> bool:
    if seconds > most:
        print(f"   {what}: {seconds:.1f} s is above {most:.0f} s")
    return seconds <= most


def _call() -> Call:
    """A public call that has closed, on the demonstration's programme."""
    from applications.call_dates import CallDates
    from applications.models import Call as CallModel
    from applications.services.calls import create_call, publish_call
    from portal.demo.programme import load_demo_programme
    from sdgpartners.core import clock
    from sdgpartners.programme.loading.reference import load_reference

    load_reference()
    programme = load_demo_programme(clock.today())
    words = dict.fromkeys(("en", "fr", "nl"), "Measured call")
    dates = CallDates(
        opens_at=clock.now() - timedelta(days=1),
        closes_at=clock.now() + timedelta(days=1),
        time_zone="Europe/Brussels",
    )
    call = create_call(
        programme=programme, code="measured", title=words, summary=words, dates=dates, actor=None
    )
    call = publish_call(call=call, actor=None)
    CallModel.objects.filter(pk=call.pk).update(closes_at=clock.now() - timedelta(hours=1))
    call.refresh_from_db()
    return call


def _coordinator(track: Track) -> User:
    from sdgpartners.people.enums import AssociationRole
    from sdgpartners.people.models import AssociationSeat, User

    person = User.objects.create(email="coordinator@example.org")
    lead = track.call.programme.lead_association
    AssociationSeat.objects.create(user=person, association=lead, role=AssociationRole.COORDINATOR)
    return person


def _reviewers() -> list[User]:
    from sdgpartners.people.models import User

    return User.objects.bulk_create(
        User(email=f"reviewer{number}@example.org", first_name="Reviewer", last_name=f"{number}")
        for number in range(REVIEWERS)
    )


def _fill(call: Call, track: Track, reviewers: list[User]) -> None:
    import pgtrigger
    from django.apps import apps
    from django.db import connection

    random = Random(4)
    # History of invented rows is not what is measured.
    with pgtrigger.ignore():
        applications = _applications(call, track, random)
        _reviews(track, applications, reviewers, random)
    # These tables alone: a plain ANALYZE waits for whoever analyses the catalogues that all databases share.
    tables = sorted(
        model._meta.db_table for model in apps.get_app_config("applications").get_models()
        if not model._meta.db_table.endswith("event")
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'ANALYZE "{table}"')


def _applications(call: Call, track: Track, random: Random) -> list[Application]:
    from applications.enums import ApplicationStatus
    from applications.models import Application as Row
    from applications.models import TrackPreference
    from sdgpartners.core import clock
    from sdgpartners.programme.enums import Side
    from sdgpartners.programme.models import Municipality

    like = Municipality.objects.filter(country=call.programme.north_country)[0]
    places = Municipality.objects.bulk_create(
        Municipality(
            country=like.country, code=f"inv-{number}", name=f"Invented {number}", region=like.region,
            latitude=like.latitude, longitude=like.longitude,
        )
        for number in range(APPLICATIONS)
    )  # fmt: skip
    rows = Row.objects.bulk_create(
        Row(
            reference=f"BEN-2026-{number:05d}", call=call, municipality=place, side=Side.NORTH,
            status=ApplicationStatus.IN_REVIEW, submitted_at=clock.now(),
            has_active_twinning=random.choice((True, False)),
        )
        for number, place in enumerate(places)
    )  # fmt: skip
    TrackPreference.objects.bulk_create(TrackPreference(application=row, track=track, rank=1) for row in rows)
    return rows


def _reviews(track: Track, applications: list[Application], reviewers: list[User], random: Random) -> None:
    from applications.enums import ReviewStatus
    from applications.models import Review, Revision, Score
    from sdgpartners.core import clock

    revisions = Revision.objects.bulk_create(
        Revision(application=row, number=1, content={}, created_at=clock.now()) for row in applications
    )
    reviews = Review.objects.bulk_create(
        Review(
            application=revision.application, track=track, revision=revision, reviewer=reviewer,
            status=ReviewStatus.SUBMITTED, submitted_at=clock.now(),
        )
        for revision in revisions
        for reviewer in random.sample(reviewers, REVIEWS)
    )  # fmt: skip
    criteria = list(track.criteria.all())
    Score.objects.bulk_create(
        (
            Score(review=review, criterion=criterion, value=value, not_applicable=value is None)
            for review in reviews
            for criterion in criteria
            # One in thirty does not apply.
            for value in [None if random.random() < 1 / 30 else random.randint(0, 4)]
        ),
        batch_size=20_000,
    )


if __name__ == "__main__":
    from bench.__main__ import main as run

    raise SystemExit(run(["ranking"]))
