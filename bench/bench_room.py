"""The matching room with 300 candidates a side: solving as the worker does it, the pages, and pairs as a file.

    make bench ARGS="room"     about four minutes, most of them to migrate and to solve twice

A database of its own gets the demonstration's programme, a decided call over two countries, 300 Flemish candidates who
chose both and 150 partners in each, so 90,000 pairs with six parts; 40 words of coordinators on pairs. What must hold:
a page of the room in eight statements and three seconds, and a file, with as many pairs as one holds, in ten.
"""

from __future__ import annotations

import resource
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
    from matching.models import Scenario
    from sdgpartners.people.models import User

NORTH, SOUTH, PLACES, WORDS = 300, 150, 75, 40
MOST_STATEMENTS, PAGE_SECONDS, FILE_SECONDS, SOLVE_SECONDS = 8, 3.0, 10.0, 120.0
ROUNDS = 3
HOST = "localhost"


def main() -> None:
    """Prints the figures; ends with 1 if a bound does not hold."""
    with own_database("bench_room"):
        began = time.perf_counter()
        call = _call()
        person = _coordinator(call)
        _fill(call)
        print(f"{NORTH} x {2 * SOUTH} pairs ({time.perf_counter() - began:.0f} s to fill in)", flush=True)
        scenario = _scenario(call, person)
        kept = _solve("solved, nothing said", scenario)
        _say(scenario, person)
        kept &= _solve(f"solved anew with {WORDS} words on pairs", scenario)
        kept &= _pages(scenario, person)
    raise SystemExit(0 if kept else 1)


def _solve(what: str, scenario: Scenario) -> bool:
    from matching.services import solve_scenario

    began, worked = time.perf_counter(), time.process_time()
    with _counted() as statements:
        solved = solve_scenario(scenario=scenario)
    wall, own = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:40} {wall:6.1f} s ({own:.1f} s of it here)  {len(statements):4} statements  "
          f"peak of the process {peak} MB", flush=True)  # fmt: skip
    assert len(solved.result["pairs"]) == 2 * PLACES
    return own <= SOLVE_SECONDS


def _pages(scenario: Scenario, person: User) -> bool:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    settings.ALLOWED_HOSTS = [HOST]
    client = Client(HTTP_HOST=HOST)
    client.force_login(person)
    room, pairs, file, beside = (
        reverse(f"admin:matching_scenario_{name}", args=[scenario.reference])
        for name in ("room", "pairs", "pairs_file", "alternatives")
    )
    client.get(room)
    kept = True
    for what, url in (
        ("room", room), ("room, by best score", f"{room}?rows=best&columns=best"), ("all pairs, a page", pairs),
        ("all pairs, by price", f"{pairs}?sort=cost&page=900"), ("alternatives", beside),
    ):  # fmt: skip
        kept &= _page(client, what, url, PAGE_SECONDS, statements=MOST_STATEMENTS)
    for form in ("csv", "xlsx"):
        kept &= _page(client, form.upper(), f"{file}?form={form}", FILE_SECONDS, rounds=1)
    return kept


def _page(
    client: Any, what: str, url: str, most: float, *, statements: int | None = None, rounds: int = ROUNDS
) -> bool:
    """Median seconds, statements and the peak of memory of a page; whether its bounds hold (the seconds: of this
    process, so that a busy machine does not decide)."""
    taken = [_timed(lambda: client.get(url)) for _round in range(rounds)]
    wall, own = median(each[0] for each in taken), median(each[1] for each in taken)
    tracemalloc.start()
    with _counted() as seen:
        answer = client.get(url)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert answer.status_code == 200, answer.status_code
    print(f"{what:40} {wall:6.1f} s ({own:.1f} s of it here)  {len(seen):4} statements  {peak:6.1f} MB  "
          f"{len(answer.content) / 1000:.0f} kB sent", flush=True)  # fmt: skip
    return own <= most and (statements is None or len(seen) <= statements)


@contextmanager
def _counted() -> Iterator[list[None]]:
    """Something for each statement; their text would take more memory than what is measured."""
    from django.db import connection

    found: list[None] = []

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        found.append(None)
        return execute(*given)

    with connection.execute_wrapper(count):
        yield found


def _timed(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and those that this process worked: the rest is the database, or other programs."""
    began, worked = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - began, time.process_time() - worked


def _call() -> Call:
    """A decided call with two tracks on the demonstration's programme."""
    from applications.enums import CallStatus
    from applications.models import Call as Row
    from applications.models import Track
    from portal.demo.programme import load_demo_programme
    from sdgpartners.core import clock
    from sdgpartners.programme.enums import SouthernEntry
    from sdgpartners.programme.loading.reference import load_reference

    load_reference()
    programme = load_demo_programme(clock.today())
    words = {f"{field}_{code}": "Measured" for field in ("title", "summary") for code in ("en", "fr", "nl")}
    now = clock.now()
    call = Row.objects.create(
        programme=programme, code="measured", status=CallStatus.DECIDED, opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=30), published_at=now - timedelta(days=61), decided_at=now, **words,
    )  # fmt: skip
    for country in programme.partner_countries.order_by("country"):
        Track.objects.create(
            call=call,
            partner_country=country,
            theme=country.theme,
            places=PLACES,
            entry=SouthernEntry.PROFILE,
        )
    return call


def _coordinator(call: Call) -> User:
    from sdgpartners.people.enums import AssociationRole
    from sdgpartners.people.models import AssociationSeat, User

    person = User.objects.create(email="coordinator@example.org")
    lead = call.programme.lead_association
    AssociationSeat.objects.create(user=person, association=lead, role=AssociationRole.COORDINATOR)
    return person


def _scenario(call: Call, person: User) -> Scenario:
    from matching.enums import Objective
    from matching.services import create_scenario

    tracks = list(call.tracks.order_by("pk"))
    return create_scenario(call=call, tracks=tracks, name="Measured", objective=Objective.TOTAL, actor=person)


def _say(scenario: Scenario, person: User) -> None:
    """Fixed, forbidden and preferred pairs that can stand together."""
    from applications.models import Application
    from matching.enums import RuleKind
    from matching.services import set_pair_rule

    applications = Application.objects.filter(call=scenario.call_id).order_by("reference")
    north, south = (list(applications.filter(track__isnull=alone)) for alone in (True, False))
    for number, kind in zip(range(WORDS), list(RuleKind) * WORDS, strict=False):
        set_pair_rule(
            scenario=scenario, north=north[number], south=south[3 * number], kind=kind, reason="Measured",
            actor=person,
        )  # fmt: skip


def _fill(call: Call) -> None:
    import pgtrigger
    from django.db import connection

    random = Random(5)
    tracks = list(call.tracks.select_related("partner_country").order_by("pk"))
    # History of invented rows is not what is measured.
    with pgtrigger.ignore():
        _candidates(call, tracks, None, NORTH, random)
        for track in tracks:
            _candidates(call, tracks, track, SOUTH, random)
    with connection.cursor() as cursor:
        for table in ("applications_application", "applications_decision", "applications_interest"):
            cursor.execute(f'ANALYZE "{table}"')


def _candidates(
    call: Call, tracks: list[Track], own: Track | None, many: int, random: Random
) -> list[Application]:
    """Confirmed candidates of Flanders, or of one country."""
    from applications.enums import ApplicationStatus
    from applications.models import Application as Row
    from sdgpartners.core import clock
    from sdgpartners.programme.enums import Side
    from sdgpartners.programme.models import Municipality

    country = call.programme.north_country_id if own is None else own.partner_country.country_id
    like = Municipality.objects.filter(country=country)[0]
    places = Municipality.objects.bulk_create(
        Municipality(
            country=like.country, code=f"inv-{number}", name=f"Invented {like.country_id} {number}",
            region=like.region, latitude=like.latitude, longitude=like.longitude,
            population=random.randint(5_000, 500_000), population_year=2024,
        )
        for number in range(many)
    )  # fmt: skip
    rows = Row.objects.bulk_create(
        Row(
            reference=f"APP-{country}-{number:05d}", call=call, municipality=place,
            side=Side.NORTH if own is None else Side.SOUTH, track=own, is_profile=own is not None,
            status=ApplicationStatus.CONFIRMED, submitted_at=clock.now(), has_active_twinning=False,
            working_languages=random.sample(["nl", "fr", "en"], 2), contact_name="Contact",
            character=random.choice(("urban", "suburban", "rural")),
        )
        for number, place in enumerate(places)
    )  # fmt: skip
    _facts(rows, tracks if own is None else [own], random, scored=own is None)
    return rows


def _facts(rows: list[Application], tracks: list[Track], random: Random, *, scored: bool) -> None:
    """Choices, decisions and interests."""
    from applications.enums import DecisionOutcome
    from applications.models import Decision, Interest, TrackPreference
    from sdgpartners.core import clock

    now = clock.now()
    if scored:
        TrackPreference.objects.bulk_create(
            TrackPreference(application=row, track=track, rank=rank)
            for row in rows
            for rank, track in enumerate(random.sample(tracks, len(tracks)), 1)
        )
    Decision.objects.bulk_create(
        Decision(
            application=row, track=track, outcome=DecisionOutcome.SELECTED, released_at=now, confirmed_at=now,
            total=random.randint(40, 100) if scored else None,
        )
        for row in rows
        for track in tracks
    )  # fmt: skip
    subthemes = {track.pk: list(track.theme.subthemes.all()) if track.theme else [] for track in tracks}
    Interest.objects.bulk_create(
        Interest(application=row, subtheme=one, offer=random.randint(0, 3), ask=random.randint(0, 3))
        for row in rows
        for track in tracks
        for one in random.sample(subthemes[track.pk], min(5, len(subthemes[track.pk])))
    )


if __name__ == "__main__":
    from bench.__main__ import main as run

    raise SystemExit(run(["room"]))
