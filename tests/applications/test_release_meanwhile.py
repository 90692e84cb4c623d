"""A release while something else happens, or half-way: what goes out is what was decided, once, or nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, CallTextKind, ConflictGround, DecisionOutcome
from applications.letters import Words
from applications.models import Application, Call, Decision, PanelScore, Review, Tally, Track
from applications.selectors.grid import grid_input
from applications.selectors.release import fingerprint, release_cases, release_problems
from applications.services import decisions as decision_services
from applications.services.assignment import assign_reviewers
from applications.services.call_texts import write_text
from applications.services.conflicts import declare_interest
from applications.services.decisions import LettersChanged, decide_by_hand, release_decisions
from applications.services.grid import change_grid
from applications.services.panel import agree_on_score, seen_of
from applications.services.reviews import reopen_review
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.deciding import Round, scored_round, together
from tests.applications.scored import stale_on
from tests.factories import in_english
from tests.world import World

pytestmark = pytest.mark.django_db
S = ApplicationStatus


@pytest.fixture
def scored(world: World) -> Iterator[Round]:
    made = scored_round(world)
    with clock.at(made.closed):
        yield made


def letters() -> list[tuple[str, int | None]]:
    rows = OutgoingMail.objects.filter(kind__startswith="decision_").order_by("pk")
    return list(rows.values_list("target", "recipient"))


def agree(made: Round, place: int, value: int) -> None:
    """The panel agrees on a score of Gent, on the criterion at `place`."""
    criterion = made.track.criteria.order_by("order")[place]
    now = PanelScore.objects.filter(application=made.gent.application, criterion=criterion).first()
    agree_on_score(
        application=made.gent.application, criterion=criterion, value=value, minute="Read together.",
        seen=seen_of(now), actor=made.lead,
    )  # fmt: skip


def test_a_second_release_sends_nothing_more(scored: Round) -> None:
    scored.prepare()
    assert scored.release() == 3
    sent = letters()
    with pytest.raises(MoveNotAllowed):
        scored.release()
    assert letters() == sent
    assert len(sent) == len(set(sent)) == 6


def test_a_release_that_breaks_half_way_leaves_nothing(
    scored: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored.prepare()
    queued = decision_services.queue_letter
    left = iter((queued, queued))

    def breaks(*args: Any, **kwargs: Any) -> int:
        return next(left)(*args, **kwargs)

    monkeypatch.setattr(decision_services, "queue_letter", breaks)
    with pytest.raises(StopIteration):
        scored.release()
    monkeypatch.undo()
    assert letters() == []
    assert not Decision.objects.filter(released_at__isnull=False).exists()
    assert Call.objects.get(pk=scored.call.pk).status == CallStatus.PUBLISHED
    assert scored.release() == 3
    assert len(letters()) == 6


def test_other_words_in_a_letter_are_looked_at_first(client: Client, scored: Round) -> None:
    scored.prepare()
    seen = fingerprint(release_cases(scored.call))
    words = dict.fromkeys(LANGUAGE_CODES, Words("{municipality}", "Wait.\n\n{points}"))
    write_text(call=scored.call, kind=CallTextKind.LETTER_RESERVE, words=words, actor=scored.lead)
    with pytest.raises(LettersChanged):
        release_decisions(call=scored.call, actor=scored.lead, seen=seen)
    # A text that no letter of this release uses changes nothing.
    seen = fingerprint(release_cases(scored.call))
    write_text(call=scored.call, kind=CallTextKind.LETTER_REJECTED, words=words, actor=scored.lead)
    assert fingerprint(release_cases(scored.call)) == seen
    assert release_decisions(call=scored.call, actor=scored.lead, seen=seen) == 3


def test_points_that_moved_under_the_same_total_block_the_release(client: Client, scored: Round) -> None:
    """Two criteria of one weight: up on one and down on the other, so that only the points in the letter differ."""
    first, second = scored.track.criteria.order_by("order")[:2]
    third = scored.track.criteria.order_by("order")[2]
    scored.track.criteria.filter(pk=second.pk).update(weight=first.weight)
    scored.track.criteria.filter(pk=third.pk).update(weight=third.weight + second.weight - first.weight)
    for place in (0, 1):
        agree(scored, place, 3)
    scored.prepare()
    before = Tally.objects.get(application=scored.gent.application).total
    agree(scored, 0, 2)
    agree(scored, 1, 4)
    assert Tally.objects.get(application=scored.gent.application).total == before
    assert stale_on(scored.track) == [scored.gent.reference]
    with pytest.raises(Incomplete, match="figures have changed"):
        scored.release()
    client.force_login(in_english(scored.lead))
    page = client.get(reverse("admin:applications_track_ranking", args=(scored.track.pk,)))
    assert "on earlier figures: prepare again" in page.content.decode()
    scored.prepare()
    assert stale_on(scored.track) == []
    assert scored.release() == 3


def _steps(made: Round) -> dict[str, Callable[[], object]]:
    """What may happen to an application, a review or the grid at the moment of a release."""
    application = Application.objects.get(pk=made.gent.application.pk)
    reviewer = made.reviewers[0]
    criteria = list(made.track.criteria.order_by("order"))
    now = grid_input(criteria, made.call)
    first, last = criteria[0].code, criteria[-1].code
    one, other = now.criteria[first], now.criteria[last]
    wanted = replace(
        now,
        criteria={
            **now.criteria,
            first: replace(one, weight=one.weight + 1),
            last: replace(other, weight=other.weight - 1),
        },
    )
    review = Review.objects.get(application=application, reviewer=reviewer)
    return {
        "withdraw": lambda: withdraw_application(application=application, actor=made.gent.signatory),
        "set aside": lambda: declare_interest(
            application=application, actor=reviewer, ground=ConflictGround.FAMILY, words=""
        ),
        "grid": lambda: change_grid(
            track=made.track, wanted=wanted, reason="Council", actor=made.lead, seen=1
        ),
        "agree": lambda: agree(made, 0, 1),
        "reopen": lambda: reopen_review(review=review, reason="Look again", actor=made.lead),
        "hand": lambda: decide_by_hand(
            decision=made.decision(made.gent), outcome=DecisionOutcome.REJECTED, reason="No", actor=made.lead
        ),
        "prepare": made.prepare,
        "assign": lambda: assign_reviewers(track=made.track, actor=made.lead),
    }


def _meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """`second` in a thread of its own while `first` is not committed yet; what it gives, an error's class."""

    def run() -> Any:
        try:
            return second()
        except DomainError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            wait_for([other], timeout=0.7)
        return other.result(timeout=20)


STEPS = ("withdraw", "set aside", "grid", "agree", "reopen", "hand", "prepare", "assign")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_what_happens_just_before_a_release_is_in_it_or_stops_it(world: World, step: str) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        steps = _steps(made)
        if step == "reopen":
            # As while another track is still to be ranked.
            Application.objects.filter(pk=made.gent.application.pk).update(status=S.IN_REVIEW)
        result = _meanwhile(steps[step], made.release)
        gent = Application.objects.get(pk=made.gent.application.pk)
        if step in ("prepare", "assign"):
            assert (result, gent.status) == (3, S.SELECTED)
        elif step == "hand":
            assert (result, gent.status) == (3, S.REJECTED)
        else:
            assert result is Incomplete
            assert letters() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_what_comes_just_after_a_release_finds_it_done(world: World, step: str) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        steps = _steps(made)
        tally = Tally.objects.get(application=made.gent.application)
        result = _meanwhile(made.release, steps[step])
        gent = Application.objects.get(pk=made.gent.application.pk)
        decision = made.decision(made.gent)
        assert (decision.outcome, len(letters()) >= 6) == (DecisionOutcome.SELECTED, True)
        assert Tally.objects.get(application=made.gent.application).total == tally.total == decision.total
        assert gent.status == (S.WITHDRAWN if step == "withdraw" else S.SELECTED)
        assert not Review.objects.filter(set_aside=True).exists()
        if step == "withdraw":
            assert OutgoingMail.objects.filter(kind="place_free").exists()
        elif step not in ("set aside", "assign"):
            assert isinstance(result, type)
            assert issubclass(result, DomainError)


@pytest.mark.django_db(transaction=True)
def test_everything_at_once_ends_without_a_deadlock(world: World) -> None:
    """An error that is none of the domain's (a deadlock) is raised here."""
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        steps = _steps(made)
        names = ("set aside", "grid", "agree", "prepare", "assign")
        together(*(steps[name] for name in names), made.release)
        status = Call.objects.get(pk=made.call.pk).status
        assert (status == CallStatus.DECIDED) == bool(letters())


@pytest.mark.parametrize("places", [0, 5])
def test_no_places_and_more_places_than_candidates(client: Client, scored: Round, places: int) -> None:
    Track.objects.filter(pk=scored.track.pk).update(places=places)
    scored.track.refresh_from_db()
    scored.prepare()
    client.force_login(in_english(scored.lead))
    page = client.get(reverse("admin:applications_call_release", args=(scored.call.pk,)))
    assert page.status_code == 200
    assert release_decisions(call=scored.call, actor=scored.lead, seen=page.context["seen"]) == 3
    outcomes = set(Decision.objects.values_list("outcome", flat=True))
    assert outcomes == {DecisionOutcome.SELECTED if places else DecisionOutcome.RESERVE}
    listed = client.get(reverse("admin:applications_call_places", args=(scored.call.pk,)))
    assert f"{min(places, 3)} of {places} places taken" in listed.content.decode()


def test_a_tie_on_the_cut_line_waits_for_the_panel_and_its_minute(client: Client, world: World) -> None:
    made = scored_round(world, {"Gent": 3, "Leuven": 3, "Mechelen": 2})
    with clock.at(made.closed):
        made.prepare()
        with pytest.raises(Incomplete, match="a tie at the cut line"):
            made.release()
        client.force_login(in_english(made.lead))
        ranking = reverse("admin:applications_track_ranking", args=(made.track.pk,))
        assert "A tie stands at the cut line" in client.get(ranking).content.decode()
        for team, outcome in ((made.gent, "selected"), (made.leuven, "reserve")):
            client.post(ranking, {
                "step": "hand", "decision": made.decision(team).pk, "outcome": outcome, "reason": " ",
            })  # fmt: skip
            assert made.decision(team).reason == ""
            client.post(ranking, {
                "step": "hand", "decision": made.decision(team).pk, "outcome": outcome,
                "reason": "The panel looked at the second answer.",
            })  # fmt: skip
        assert made.release() == 3
        assert made.decision(made.gent).outcome == DecisionOutcome.SELECTED


@pytest.mark.parametrize(
    ("status", "words"),
    [(CallStatus.DRAFT, "This call is not public yet."), (CallStatus.CANCELLED, "This call was cancelled")],
)
def test_a_call_that_decides_nothing_says_so(scored: Round, status: CallStatus, words: str) -> None:
    Call.objects.filter(pk=scored.call.pk).update(status=status)
    call = Call.objects.get(pk=scored.call.pk)
    assert words in str(release_problems(call, [])[0])
    with pytest.raises(DomainError, match=words):
        scored.prepare()
