"""Who reads and writes money: halves follow who holds them, and the claimant's own people never judge a claim."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from budget.enums import ExpenseStatus
from budget.models import Category, Rate
from budget.permissions import Perm
from budget.selectors import waiting_for
from budget.services import expenses as services
from matching.enums import PartnershipStatus
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import Incomplete, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, Membership
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.enums import Side
from tests.budget.factories import make_expense, make_partnership, make_rate, share_of
from tests.factories import UserFactory, make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _june() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def pair(world: World) -> Partnership:
    return make_partnership(world, world.gent, world.nikki, world.benin)


def test_only_the_lead_writes_rates(client: Client, world: World) -> None:
    rate = make_rate()
    page = reverse("admin:budget_rate_change", args=(rate.pk,))
    data = {"base": "EUR", "currency": "XOF", "rate": "1", "valid_from": "1999-01-01", "source": "mine"}
    client.force_login(world.coordinator_ancb)
    assert client.get(page).status_code == 200
    assert client.post(page, data).status_code == 403
    assert client.post(reverse("admin:budget_rate_add"), data).status_code == 403
    assert Rate.objects.get().rate == Decimal("655.957")
    client.force_login(world.coordinator_vvsg)
    assert client.post(page, data).status_code == 302
    assert Rate.objects.get().source == "mine"


def test_only_the_lead_writes_categories(client: Client, world: World, pair: Partnership) -> None:
    category = Category.objects.get(programme=world.programme, code="experiment")
    page = reverse("admin:budget_category_change", args=(category.pk,))
    data = {"order": "7", "use": "exchange", "name_en": "E", "name_fr": "E", "name_nl": "E"}
    client.force_login(world.coordinator_ancb)
    assert client.post(page, data).status_code == 403
    client.force_login(make_seat(world.vvsg, AssociationRole.AUDITOR))
    assert client.post(page, data).status_code == 403
    category.refresh_from_db()
    assert category.use == "experiment"
    client.force_login(world.coordinator_vvsg)
    assert client.post(page, data).status_code == 302
    category.refresh_from_db()
    assert (category.use, category.programme) == ("exchange", world.programme)


def test_a_half_and_its_movements_follow_who_holds_it(
    client: Client, world: World, pair: Partnership
) -> None:
    editor = make_editor(world.gent)
    share = share_of(pair, Side.NORTH)
    services.submit_expense(expense=make_expense(share, editor, payee="Hotel Gent"), actor=editor)
    north = reverse("admin:budget_share_change", args=(share.pk,))
    south = reverse("admin:budget_share_change", args=(share_of(pair, Side.SOUTH).pk,))
    client.force_login(make_seat(world.ancb, AssociationRole.CHECKER))
    assert client.get(north).status_code == 302
    assert client.get(south).status_code == 200
    assert (
        "Gent"
        not in client.get(reverse("admin:budget_share_changelist")).content.decode().split("results")[1]
    )
    client.force_login(make_seat(world.vvsg, AssociationRole.CHECKER))
    assert "Hotel Gent" in client.get(north).content.decode()


def test_who_wrote_the_claim_does_not_judge_it_though_a_colleague_submitted(
    world: World, pair: Partnership
) -> None:
    share = share_of(pair, Side.NORTH)
    writer, colleague = make_editor(world.gent), make_editor(world.gent)
    for role in (AssociationRole.CHECKER, AssociationRole.APPROVER):
        make_seat(world.vvsg, role, user=writer)
    expense = services.submit_expense(expense=make_expense(share, writer), actor=colleague)
    assert not allowed(writer, Perm.CHECK_EXPENSE, expense)
    assert list(waiting_for(writer)) == []
    assert not OutgoingMail.objects.filter(kind="expense_submitted", recipient=writer).exists()
    with pytest.raises(SamePerson):
        services.check_expense(expense=expense, cut=Decimal(0), cut_reason="", cut_note="", actor=writer)
    with pytest.raises(SamePerson):
        services.reject_expense(expense=expense, reason="No", actor=writer)
    checker = make_seat(world.vvsg, AssociationRole.CHECKER)
    assert allowed(checker, Perm.CHECK_EXPENSE, expense)
    assert list(waiting_for(checker)) == [expense]
    checked = services.check_expense(
        expense=expense, cut=Decimal(0), cut_reason="", cut_note="", actor=checker
    )
    assert not allowed(writer, Perm.APPROVE_EXPENSE, checked)
    with pytest.raises(SamePerson):
        services.approve_expense(expense=checked, actor=writer)


def test_leaving_the_municipality_does_not_lift_it(world: World, pair: Partnership) -> None:
    writer, colleague = make_editor(world.gent), make_editor(world.gent)
    former = make_editor(world.gent)
    Membership.objects.filter(user=former).update(ended_at=NOON - timedelta(days=1))
    for person in (writer, former):
        make_seat(world.vvsg, AssociationRole.CHECKER, user=person)
    expense = make_expense(share_of(pair, Side.NORTH), writer)
    with clock.at(NOON + timedelta(days=1)):
        services.submit_expense(expense=expense, actor=colleague)
        Membership.objects.filter(user=writer).update(ended_at=clock.now())
        forget_standing(writer)
        expense.refresh_from_db()
        assert not allowed(writer, Perm.CHECK_EXPENSE, expense)
        assert allowed(former, Perm.CHECK_EXPENSE, expense)


def test_a_deputy_hears_of_a_claim_while_acting(world: World, pair: Partnership) -> None:
    holder, deputy, later = make_seat(world.vvsg, AssociationRole.CHECKER), UserFactory(), UserFactory()
    other = make_seat(world.vvsg, AssociationRole.CHECKER)
    today = clock.today()
    AssociationSeat.objects.filter(user=holder).update(
        deputy=deputy, deputy_from=today, deputy_until=today + timedelta(days=3)
    )
    AssociationSeat.objects.filter(user=other).update(
        deputy=later, deputy_from=today + timedelta(days=1), deputy_until=today + timedelta(days=3)
    )
    editor = make_editor(world.gent)
    services.submit_expense(expense=make_expense(share_of(pair, Side.NORTH), editor), actor=editor)
    told = OutgoingMail.objects.filter(kind="expense_submitted").values_list("recipient", flat=True)
    assert sorted(told) == sorted([holder.pk, deputy.pk, other.pk])


def test_a_receipt_of_today_counts_where_today_has_begun(world: World) -> None:
    pair = make_partnership(world, world.gent, world.karongi, world.rwanda)
    editor = make_editor(world.karongi)
    # Just past midnight in Kigali, still the evening before in Brussels (winter) and Porto-Novo.
    with clock.at(datetime(2026, 11, 30, 22, 30, tzinfo=UTC)):
        share = share_of(pair, Side.SOUTH)
        early = make_expense(share, editor, spent_on=date(2026, 12, 2))
        with pytest.raises(Incomplete):
            services.submit_expense(expense=early, actor=editor)
        today = make_expense(share, editor, spent_on=date(2026, 12, 1))
        assert services.submit_expense(expense=today, actor=editor).status == ExpenseStatus.SUBMITTED


def test_the_button_to_claim_goes_with_the_right_to(client: Client, world: World, pair: Partnership) -> None:
    client.force_login(make_editor(world.gent))
    page = reverse("budget:budget-detail", args=(pair.reference,))
    new = reverse("budget:expense-create", args=(pair.reference,))
    assert new in client.get(page).content.decode()
    Partnership.objects.filter(pk=pair.pk).update(status=PartnershipStatus.SUSPENDED)
    assert new not in client.get(page).content.decode()
    # It says why, and has no form.
    assert "<textarea" not in client.get(new).content.decode()
    Partnership.objects.filter(pk=pair.pk).update(status=PartnershipStatus.CLOSED)
    assert new not in client.get(page).content.decode()
    assert client.get(new).status_code == 403
