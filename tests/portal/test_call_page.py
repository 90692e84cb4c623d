"""The public page of a call says what is judged, and where a question can go."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import TwinningRule
from applications.models import Call, Criterion
from tests.applications.factories import open_call
from tests.world import World


def page_of(call: Call) -> str:
    return reverse("portal:call-detail", args=[call.code])


def test_the_page_of_a_call_says_what_is_judged(world: World, client: Client) -> None:
    call = open_call(world)
    call.tracks.filter(partner_country=world.rwanda).update(southern_scored=True)
    Call.objects.filter(pk=call.pk).update(bonus="2.50", northern_twinning=TwinningRule.PLUS)
    page = client.get(page_of(call))
    text = page.content.decode()
    assert "without an active town twinning with the Global South gets 2.5 points on top" in text
    assert "the candidates of Benin are not scored" in text
    assert "the candidates of Rwanda are not scored" not in text
    for judged in page.context["tracks"]:
        assert judged.total_weight == 100
        assert [row.code for row in judged.criteria] == list(
            Criterion.objects.filter(track=judged.track).order_by("order").values_list("code", flat=True)
        )
        assert all(subtheme.title in text for subtheme in judged.subthemes)
    assert "weight 20" in text


def test_a_call_without_a_plus_promises_none(world: World, client: Client) -> None:
    call = open_call(world)
    Call.objects.filter(pk=call.pk).update(northern_twinning=TwinningRule.NONE)
    assert "points on top" not in client.get(page_of(call)).content.decode()


def test_more_criteria_take_no_more_statements(world: World, client: Client) -> None:
    call = open_call(world)
    counts = []
    for more in range(2):
        for track in call.tracks.all() if more else ():
            for number in range(30):
                Criterion.objects.create(
                    track=track, code=f"more-{number}", order=50 + number, weight=1, title_en=f"More {number}"
                )
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(call))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


def test_help_says_how_to_reach_each_association(world: World, client: Client) -> None:
    text = client.get(reverse("portal:help")).content.decode()
    for code in ("vvsg", "ancb", "ralga"):
        assert f"mailto:questions@{code}.example" in text
