"""Criteria and the bonus at the desk: typed on their own pages in a draft, on the page of weights once it is public."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.admin import parts
from applications.enums import CallStatus
from applications.models import Call, Criterion
from applications.selectors.readiness import call_problems
from applications.services.calls import publish_call
from sdgpartners.core import clock
from tests.applications.factories import make_call
from tests.applications.test_call_form import page_of, typed
from tests.factories import in_english
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: World) -> Call:
    """Opens in a week."""
    return make_call(
        world, opens_at=clock.now() + timedelta(days=7), closes_at=clock.now() + timedelta(days=50)
    )


@pytest.fixture
def public(draft: Call, world: World) -> Call:
    return publish_call(call=draft, actor=world.coordinator_vvsg)


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(in_english(world.coordinator_vvsg))
    return client


def first(call: Call) -> Criterion:
    found = Criterion.objects.filter(track__call=call).order_by("track", "order").first()
    assert found is not None
    return found


def of(row: Criterion) -> str:
    return reverse("admin:applications_criterion_change", args=[row.pk])


def sent(desk: Client, row: Criterion, **changes: object) -> Any:
    """The page of a criterion sent back with some of its fields typed over."""
    context = desk.get(of(row)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {field.html_name: field.value() for form in forms for field in form}
    kept = {name: value for name, value in data.items() if value is not None}
    return desk.post(of(row), kept | changes)


def test_in_a_draft_weight_and_minimum_are_typed_on_the_page_of_the_criterion(
    desk: Client, draft: Call
) -> None:
    row = first(draft)
    assert sent(desk, row, weight=7, floor="1.50", tie_break=2).status_code == 302
    row.refresh_from_db()
    assert (row.weight, row.floor, row.tie_break) == (7, Decimal("1.50"), 2)


def test_once_public_they_are_read_there_and_the_page_says_where_they_change(
    desk: Client, public: Call
) -> None:
    row = first(public)
    page = desk.get(of(row))
    shown = page.content.decode()
    assert {"weight", "floor", "tie_break"}.isdisjoint(page.context["adminform"].form.fields)
    assert reverse("admin:applications_track_grid", args=[row.track_id]) in shown
    answer = sent(desk, row, weight=99, floor="3", tie_break=9, title_en="Motivation, in other words")
    assert answer.status_code == 302
    before = (row.weight, row.floor, row.tie_break)
    row.refresh_from_db()
    assert (row.title_en, row.weight, row.floor, row.tie_break) == ("Motivation, in other words", *before)
    assert row.track.grid_version == 1


def test_once_it_is_open_nothing_of_a_criterion_changes(desk: Client, public: Call) -> None:
    row = first(public)
    with clock.at(public.opens_at + timedelta(hours=1)):
        assert "title_en" not in desk.get(of(row)).context["adminform"].form.fields
        assert desk.post(of(row), {"title_en": "Late"}).status_code == 403


def test_a_weight_that_changed_since_the_page_was_opened_is_not_written_back(
    desk: Client, public: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the row and the weights page of a public call: the row was read before the lock."""
    row = first(public)
    taken = parts.lock_for_editing

    def with_a_colleague(call: Call) -> Call:
        Criterion.objects.filter(pk=row.pk).update(weight=9)
        return taken(call)

    monkeypatch.setattr(parts, "lock_for_editing", with_a_colleague)
    assert sent(desk, row, title_en="Other words").status_code == 302
    row.refresh_from_db()
    assert (row.title_en, row.weight) == ("Other words", 9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"floor": "9.00"}, "from 0 to 4"),
        ({"code": "bonus"}, "it stands for the bonus"),
        ({"weight": 0}, "greater than or equal to 1"),
        ({"scale_max": 0}, "The highest score is above the lowest."),
    ],
)
def test_a_criterion_that_makes_no_sense_is_refused(
    desk: Client, draft: Call, changes: dict[str, object], words: str
) -> None:
    row = first(draft)
    answer = sent(desk, row, **changes)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    unchanged = Criterion.objects.get(pk=row.pk)
    assert (unchanged.floor, unchanged.code, unchanged.scale_max) == (None, row.code, 4)


def test_a_grid_that_makes_no_sense_is_not_published(draft: Call) -> None:
    row = first(draft)
    Criterion.objects.filter(pk=row.pk).update(tie_break=draft.bonus_tie_break, floor=Decimal("7.5"))
    told = " ".join(str(problem) for problem in call_problems(draft))
    assert "Each place among the tie-breaks is given once" in told
    assert "has to lie on its scale" in told


def test_the_bonus_is_typed_in_a_draft_and_never_below_nothing(desk: Client, draft: Call) -> None:
    data = typed(desk, draft)
    assert desk.post(page_of(draft), data | {"bonus": "4.50", "bonus_max": "4"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.bonus, draft.bonus_max) == (Decimal("4.50"), Decimal(4))
    answer = desk.post(page_of(draft), data | {"bonus": "-1"})
    assert "A bonus is 0 or more." in answer.content.decode()
    assert Call.objects.get(pk=draft.pk).bonus == Decimal("4.50")


def test_once_public_the_bonus_is_read_on_the_page_of_the_call(desk: Client, public: Call) -> None:
    fields = desk.get(page_of(public)).context["adminform"].form.fields
    assert {"bonus", "bonus_max", "bonus_tie_break"}.isdisjoint(fields)
    data = typed(desk, public) | {"bonus": "50", "bonus_max": "50", "title_en": "Another title"}
    assert desk.post(page_of(public), data).status_code == 302
    call = Call.objects.get(pk=public.pk)
    assert (call.title_en, call.bonus, call.status) == ("Another title", Decimal(5), CallStatus.PUBLISHED)


NEW = {
    "title_en": "Feasible", "title_fr": "Faisable", "title_nl": "Haalbaar", "help_en": "", "help_fr": "",
    "help_nl": "", "weight": 10, "scale_min": 0, "scale_max": 4, "floor": "", "tie_break": "", "order": 9,
    "code": "feasible",
}  # fmt: skip


def test_in_a_draft_criteria_come_and_go(desk: Client, draft: Call) -> None:
    track = first(draft).track
    call_page = reverse("admin:applications_call_change", args=[draft.pk])
    add = f"{reverse('admin:applications_criterion_add')}?track={track.pk}"
    assert add.replace("&", "&amp;") in desk.get(call_page).content.decode()
    opened = desk.get(add)
    assert [row.pk for row in opened.context["adminform"].form.fields["track"].queryset] == list(
        draft.tracks.order_by("partner_country").values_list("pk", flat=True)
    )
    refused = desk.post(add, NEW | {"track": track.pk, "code": "bonus"})
    assert refused.status_code == 200
    assert "stands for the bonus" in refused.content.decode()
    made = desk.post(add, NEW | {"track": track.pk})
    row = Criterion.objects.get(track=track, code="feasible")
    assert made.headers["Location"] == of(row)
    assert any("110" in str(problem) for problem in call_problems(draft))
    gone = desk.post(reverse("admin:applications_criterion_delete", args=[row.pk]), {"post": "yes"})
    assert gone.headers["Location"] == f"{call_page}#criteria"
    assert not Criterion.objects.filter(pk=row.pk).exists()
    assert call_problems(draft) == []


def test_criteria_of_another_call_or_of_a_public_one_neither_come_nor_go(
    desk: Client, draft: Call, world: World
) -> None:
    row = first(draft)
    add, remove = (
        f"{reverse('admin:applications_criterion_add')}?track={row.track_id}",
        reverse("admin:applications_criterion_delete", args=[row.pk]),
    )
    for person in (world.coordinator_ancb, world.coordinator_ralga):
        client = Client()
        client.force_login(person)
        assert client.post(add, NEW | {"track": row.track_id}).status_code == 403
        assert client.post(remove, {"post": "yes"}).status_code in (302, 403)
    publish_call(call=draft, actor=world.coordinator_vvsg)
    assert add not in desk.get(reverse("admin:applications_call_change", args=[draft.pk])).content.decode()
    assert desk.post(add, NEW | {"track": row.track_id}).status_code == 403
    assert desk.post(remove, {"post": "yes"}).status_code == 403
    other = make_call(world, code="other", opens_at=draft.opens_at, closes_at=draft.closes_at)
    assert desk.post(add, NEW | {"track": row.track_id}).status_code == 200
    assert Criterion.objects.filter(code="feasible").count() == 0
    assert Criterion.objects.filter(pk=row.pk).exists()
    assert other.tracks.exists()


def test_a_score_off_the_scale_has_no_meaning(desk: Client, draft: Call) -> None:
    row = first(draft)
    text = f"The scale of this criterion goes from {row.scale_min} to {row.scale_max}."
    refused = sent(desk, row, **{"anchors-0-score": row.scale_max + 1})
    assert refused.status_code == 200
    assert text in refused.content.decode()
    narrowed = sent(desk, row, scale_max=row.scale_max - 1)
    assert narrowed.status_code == 200
    assert row.anchors.filter(score=row.scale_max).exists()


@pytest.mark.parametrize("key", ["abc", "9" * 5000, "9" * 30, "٣"])
def test_an_address_that_names_no_track_or_criterion_is_answered(desk: Client, draft: Call, key: str) -> None:
    add = reverse("admin:applications_criterion_add")
    assert desk.get(add, {"track": key}).status_code == 200
    delete = reverse("admin:applications_criterion_delete", args=[key])
    assert desk.post(delete, {"post": "yes"}).status_code == 403
    assert first(draft).track.criteria.count() == 6
