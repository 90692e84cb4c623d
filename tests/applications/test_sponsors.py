"""After a merger or elections: applications follow, and the new sponsor confirms what was signed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus
from applications.models import Application, SponsorConfirmation
from applications.reminders import sponsor_confirmation
from applications.selectors.history import application_history
from applications.selectors.staff import staff_of
from applications.services.sponsors import NothingToConfirm, confirm_as_sponsor
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import Succession, User
from sdgpartners.people.services import record_elections, record_merger
from tests.applications.factories import open_call, start, submitted
from tests.factories import UserFactory, make_editor, make_signatory
from tests.world import World

DAY = date(2026, 1, 1)


def merge(world: World) -> Succession:
    return record_merger(
        municipality=world.mechelen, successor=world.leuven, happened_on=DAY, note="Decree",
        actor=world.coordinator_vvsg,
    )  # fmt: skip


def elect(world: World, former: object, email: str) -> Succession:
    return record_elections(
        municipality=world.gent, former=former, new_email=email, happened_on=DAY, note="Elections",  # type: ignore[arg-type]
        actor=world.coordinator_vvsg,
    )  # fmt: skip


def test_a_merger_carries_running_applications_over_with_its_reason(client: Client, world: World) -> None:
    draft = start(open_call(world), world.mechelen)
    signed = submitted(open_call(world, "spring"), world.mechelen)
    gone = start(open_call(world, "summer"), world.mechelen)
    Application.objects.filter(pk=gone.application.pk).update(status=ApplicationStatus.WITHDRAWN)
    merge(world)
    User.objects.update(language="en")
    places = dict(Application.objects.values_list("call__code", "municipality__name"))
    assert places == {"autumn": "Leuven", "spring": "Leuven", "summer": "Mechelen"}
    assert list(SponsorConfirmation.objects.values_list("application", flat=True)) == [signed.application.pk]
    client.force_login(draft.editor)
    assert client.get(reverse("applications:application-detail", args=[draft.reference])).status_code == 200
    assert client.get(reverse("applications:application-detail", args=[gone.reference])).status_code == 200
    rows = application_history(draft.application, personal=True)
    told = [(row.before, row.after, row.reason, row.actor) for row in rows if row.what == "Municipality"]
    assert told == [("Mechelen", "Leuven", "Decree", world.coordinator_vvsg)]


def test_where_both_applied_nothing_is_merged_silently(world: World) -> None:
    call = open_call(world)
    old, own = submitted(call, world.mechelen), start(call, world.leuven)
    merge(world)
    places = dict(Application.objects.values_list("pk", "municipality__name"))
    assert places == {old.application.pk: "Mechelen", own.application.pk: "Leuven"}
    mail = OutgoingMail.objects.get(kind="application_duplicate")
    assert mail.recipient == world.coordinator_vvsg
    assert old.reference in mail.body_text
    assert own.reference in mail.body_text
    assert list(SponsorConfirmation.objects.values_list("application", flat=True)) == [old.application.pk]


def test_a_new_sponsor_confirms_once_on_the_page(client: Client, world: World) -> None:
    team = submitted(open_call(world), world.gent)
    start(open_call(world, "spring"), world.leuven)
    new = make_editor(world.gent)
    elect(world, team.signatory, new.email)
    row = SponsorConfirmation.objects.get()
    assert row.due_on == clock.today() + timedelta(days=world.rules.confirm_days)
    url = reverse("applications:sponsor-confirm", args=[team.reference])
    detail = reverse("applications:application-detail", args=[team.reference])
    User.objects.update(language="en")
    client.force_login(UserFactory())
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    client.force_login(world.coordinator_ancb)
    assert client.post(url).status_code in (403, 404)
    client.force_login(team.editor)
    assert "A signatory of your municipality confirms" in client.get(url).content.decode()
    assert client.post(url).status_code == 403
    client.force_login(team.signatory)
    assert client.post(url).status_code == 404
    client.force_login(new)
    assert "the new sponsor confirms" in client.get(detail).content.decode()
    assert client.get(url).status_code == 200
    row.refresh_from_db()
    assert row.confirmed_at is None
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert row.confirmed_by == new
    assert "the new sponsor confirms" not in client.get(detail).content.decode()
    assert OutgoingMail.objects.get(kind="sponsor_confirmed").recipient == world.coordinator_vvsg
    with pytest.raises(NothingToConfirm):
        confirm_as_sponsor(application=team.application, actor=new)
    rows = application_history(team.application, personal=True)
    assert [line.after for line in rows if line.what == "Confirmation by the new sponsor"] == [
        "Confirmed",
        "Asked",
    ]


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        ("draft", 0),
        ("awaiting_sign_off", 0),
        ("withdrawn", 0),
        ("rejected", 0),
        ("matched", 1),
        ("in_review", 1),
    ],
)
def test_what_is_asked_again(status: str, asked: int, world: World) -> None:
    team = submitted(open_call(world), world.gent)
    Application.objects.filter(pk=team.application.pk).update(status=status)
    elect(world, team.signatory, "new@gent.example")
    assert SponsorConfirmation.objects.count() == asked


def test_signatories_are_reminded_until_one_confirms(world: World) -> None:
    team = submitted(open_call(world), world.gent)
    new = make_editor(world.gent)
    elect(world, team.signatory, new.email)
    dues = list(sponsor_confirmation(clock.now()))
    assert [(due.recipient, due.target) for due in dues] == [(new, team.reference)]
    confirm_as_sponsor(application=team.application, actor=new)
    assert list(sponsor_confirmation(clock.now())) == []


def test_what_stays_under_the_old_name_still_reaches_the_successors_people(world: World) -> None:
    team = submitted(open_call(world), world.mechelen)
    Application.objects.filter(pk=team.application.pk).update(status=ApplicationStatus.MATCHED)
    sponsor = make_signatory(world.leuven)
    merge(world)
    team.application.refresh_from_db()
    assert team.application.municipality == world.mechelen
    reminded = {due.recipient for due in sponsor_confirmation(clock.now())}
    assert reminded == {sponsor, team.signatory}
    assert set(staff_of(team.application)) == {sponsor, team.editor, team.signatory}


def test_a_successor_without_a_sponsor_can_still_get_one(world: World) -> None:
    team = submitted(open_call(world), world.mechelen)
    merge(world)
    later = make_signatory(world.leuven)
    confirm_as_sponsor(application=team.application, actor=later)
    assert SponsorConfirmation.objects.get().confirmed_by == later
