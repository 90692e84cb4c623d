"""A copy equals the call that it was made from, but for its name and its dates."""

from datetime import timedelta
from typing import Any

from django.db.models import Model

from applications.call_dates import CallDates
from applications.enums import CallStatus, Section, TwinningRule
from applications.models import Call, Question
from applications.services.copying import copy_call
from sdgpartners.core import clock
from tests.applications.factories import make_call, open_call, start, texts
from tests.world import World

NAMES = {"en": "Next", "fr": "Suivant", "nl": "Volgende"}


def columns(row: Model, *apart: str) -> dict[str, Any]:
    """Every column of a row but its key, its parent and what is `apart`."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in apart
    }


def content(call: Call) -> dict[str, object]:
    """The whole call as values without keys."""
    own = (
        "code", "title_en", "title_fr", "title_nl", "opens_at", "closes_at", "status", "published_at",
        "copied_from", "created_at", "updated_at", "info_session_at", "rehearsal_since", "info_session_sequence",
        "decisions_planned_on", "start_planned_on", "info_session_url",
    )  # fmt: skip
    return {
        "call": columns(call, *own),
        "tracks": [
            columns(track, "call")
            | {
                "eligible": sorted(track.eligible.values_list("pk", flat=True)),
                "criteria": [
                    columns(row, "track")
                    | {"anchors": [columns(anchor, "criterion") for anchor in row.anchors.all()]}
                    for row in track.criteria.all()
                ],
            }
            for track in call.tracks.all()
        ],
        "questions": [
            columns(row, "call", "shown_if")
            | {
                "choices": [columns(choice, "question") for choice in row.choices.all()],
                "criteria": sorted(
                    row.criteria.values_list("track__partner_country__country", "code")
                ),
                "shown_if": row.shown_if and row.shown_if.code,
            }
            for row in call.questions.all()
        ],
        "commitments": [columns(row, "call") for row in call.commitments.all()],
    }  # fmt: skip


def original(world: World) -> Call:
    world.benin.eligible.set([world.cove, world.nikki])
    world.benin.excludes_twinned = True
    world.benin.save()
    call = make_call(world)
    call.bonus_max, call.northern_twinning = 3, TwinningRule.CONDITION
    call.save()
    Question.objects.create(
        call=call,
        section=Section.INVOLVEMENT,
        code="decision-when",
        order=90,
        kind="date",
        shown_if=call.questions.get(code="political-decision"),
        shown_if_choices=["planned", "open"],
        **texts("label", "When?"),
    )
    track = call.tracks.get(partner_country=world.rwanda)
    track.match_weight_theme, track.partner_choices, track.places = 33, 2, 7
    track.save()
    return call


def dates() -> CallDates:
    return CallDates(opens_at=clock.now() + timedelta(days=30), closes_at=clock.now() + timedelta(days=60))


def test_a_copy_equals_the_original_field_by_field(world: World) -> None:
    call = original(world)
    copied = copy_call(call=call, code="next", title=NAMES, dates=dates(), actor=world.coordinator_vvsg)
    copied.refresh_from_db()
    call.refresh_from_db()
    assert content(copied) == content(call)
    assert (copied.code, copied.title_nl, copied.status, copied.copied_from) == (
        "next", "Volgende", CallStatus.DRAFT, call,
    )  # fmt: skip
    linked = copied.questions.get(code="decision-when").shown_if
    assert linked is not None
    assert linked.call == copied
    assert {row.track.call_id for row in copied.questions.get(code="support").criteria.all()} == {copied.pk}


def test_a_copy_of_an_open_call_is_a_draft_without_its_applications(world: World) -> None:
    call = open_call(world)
    start(call, world.gent)
    copied = copy_call(call=call, code="next", title=NAMES, dates=dates(), actor=None)
    assert (copied.status, copied.published_at, copied.applications.count()) == (CallStatus.DRAFT, None, 0)
    assert call.applications.count() == 1


def test_changing_the_copy_leaves_the_original_alone(world: World) -> None:
    call = original(world)
    before = content(call)
    copied = copy_call(call=call, code="next", title=NAMES, dates=dates(), actor=None)
    copied.questions.exclude(shown_if=None).delete()
    copied.questions.update(word_limit=1)
    copied.tracks.get(partner_country=world.benin).eligible.clear()
    assert content(call) == before


def test_a_merged_municipality_on_a_list_gives_way_and_a_suspended_country_is_left_out(world: World) -> None:
    call = original(world)
    world.cove.successor = world.nikki
    world.cove.save()
    world.rwanda.suspended_since, world.rwanda.suspension_reason = clock.today(), "Ties were cut."
    world.rwanda.save()
    track = copy_call(call=call, code="next", title=NAMES, dates=dates(), actor=None).tracks.get()
    assert (track.partner_country, list(track.eligible.all())) == (world.benin, [world.nikki])
