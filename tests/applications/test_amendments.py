"""Correcting a public call: dated, numbered, compared, told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications.enums import CallPhase, SectionStatus
from applications.errors import CallAmended, CallFrozen, NotEligible, NothingToAmend, ReasonNeeded
from applications.models import Amendment, Application, Call
from applications.selectors.amendable import amendable_fields
from applications.selectors.amendments import people_to_tell, told_amendments
from applications.services.amendments import NotAmendable, amend_call
from applications.services.calls import change_call_part, publish_call
from applications.services.submission import ask_sign_off, sign_and_submit, withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import at_second, fill, make_call, open_call, start, submitted
from tests.factories import in_english
from tests.world import World, build_world

WHY = {"en": "A storm", "fr": "Une tempête", "nl": "Een storm"}


def mails() -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind="call_amended").values_list("to", flat=True))


def later(call: Call, days: int = 7) -> dict[str, object]:
    return {"call.closes_at": call.closes_at + timedelta(days=days)}


def test_a_later_deadline_is_numbered_kept_and_mailed_in_each_language(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    team.signatory.language, team.editor.language = "nl", "en"
    team.signatory.save()
    team.editor.save()
    gone = start(call, world.leuven)
    withdraw_application(application=gone.application, actor=gone.editor)
    before = call.closes_at
    made = amend_call(call=call, changes=later(call), reasons=WHY, actor=world.coordinator_vvsg)
    call.refresh_from_db()
    assert (made.number, made.reason_fr, made.made_by) == (1, "Une tempête", world.coordinator_vvsg)
    assert call.closes_at == before + timedelta(days=7)
    [line] = made.changes
    assert (line["path"], line["kind"]) == ("call.closes_at", "moment")
    assert set(line["label"]) == {"en", "fr", "nl"}
    assert line["after"] == call.closes_at.astimezone(UTC).isoformat()
    assert mails() == sorted([team.editor.email, team.signatory.email])
    dutch = OutgoingMail.objects.get(kind="call_amended", recipient=team.signatory)
    assert "Een storm" in dutch.body_text
    assert team.application.municipality.name in dutch.subject
    english = OutgoingMail.objects.get(kind="call_amended", recipient=team.editor)
    assert "A storm" in english.body_text


def test_everything_that_may_be_corrected_at_once(world: World) -> None:
    call = open_call(world)
    label = {"en": "New?", "fr": "Nouveau ?", "nl": "Nieuw?"}
    made = amend_call(
        call=call,
        changes={
            "call.title": label,
            "call.decisions_planned_on": clock.today(),
            "track.BJ.places": 9,
            "track.BJ.eligible": [world.nikki],
            "question.network.label": label,
            "question.network.word_limit": 55,
            "question.network.required": False,
            "question.network.help": {"en": "", "fr": "", "nl": ""},
            "commitment.visits.text": label,
        },
        reasons=WHY,
        actor=None,
    )
    call.refresh_from_db()
    question, track = call.questions.get(code="network"), call.tracks.get(partner_country=world.benin)
    assert (call.title_fr, call.decisions_planned_on, call.commitments.get(code="visits").text_nl) == (
        "Nouveau ?", clock.today(), "Nieuw?",
    )  # fmt: skip
    assert (question.label_en, question.word_limit, question.required, question.help_nl) == (
        "New?",
        55,
        False,
        "",
    )
    assert (track.places, list(track.eligible.all())) == (9, [world.nikki])
    assert len(made.changes) == 9
    with translation.override("nl"):
        told = {change.after for change in told_amendments(call)[0].changes}
    assert {"Nieuw?", "9", "55", "Nikki"} <= told


def test_what_is_asked_anew_is_no_longer_done(world: World) -> None:
    call = open_call(world)
    draft, sent = start(call, world.leuven), submitted(call, world.gent)
    fill(draft, **{"q-network": "one two three four five six"})
    kept = sent.application.acceptances.count()
    label = {"en": "We do more", "fr": "Nous faisons plus", "nl": "Wij doen meer"}
    changes = {"commitment.visits.text": label, "question.network.word_limit": 5}
    amend_call(call=call, changes=changes, reasons=WHY, actor=world.coordinator_vvsg)
    states = dict(draft.application.section_states.values_list("section", "status"))
    assert (states["commitments"], states["involvement"], states["motivation"]) == (
        SectionStatus.IN_PROGRESS,
        SectionStatus.IN_PROGRESS,
        SectionStatus.COMPLETED,
    )
    accepted = set(draft.application.acceptances.values_list("commitment__code", flat=True))
    assert accepted == set(call.commitments.exclude(code="visits").values_list("code", flat=True))
    # What was submitted stays as it was.
    assert sent.application.acceptances.count() == kept
    assert set(sent.application.section_states.values_list("status", flat=True)) == {SectionStatus.COMPLETED}


def test_what_stays_as_it_is_is_no_change(world: World) -> None:
    call = open_call(world)
    same: dict[str, object] = {
        "call.closes_at": call.closes_at,
        "track.BJ.places": 4,
        "call.title": {"en": call.title_en, "fr": call.title_fr, "nl": f" {call.title_nl} "},
    }
    with pytest.raises(NothingToAmend):
        amend_call(call=call, changes=same, reasons=WHY, actor=None)
    made = amend_call(call=call, changes=same | {"track.RW.places": 5}, reasons=WHY, actor=None)
    assert [line["path"] for line in made.changes] == ["track.RW.places"]


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_a_reason_in_each_language_is_needed(world: World, language: str) -> None:
    call = open_call(world)
    with pytest.raises(ReasonNeeded):
        amend_call(call=call, changes=later(call), reasons=WHY | {language: " "}, actor=None)
    assert not Amendment.objects.exists()


def test_the_deadline_never_moves_into_the_past(world: World) -> None:
    call = open_call(world)
    now = clock.now()
    with clock.at(now):
        for moment in (now, now - timedelta(seconds=1)):
            with pytest.raises(DeadlinePassed):
                amend_call(call=call, changes={"call.closes_at": moment}, reasons=WHY, actor=None)
        amend_call(call=call, changes={"call.closes_at": at_second(now, 1)}, reasons=WHY, actor=None)
    call.refresh_from_db()
    assert call.closes_at == at_second(now, 1)


def test_a_closed_call_opens_again_unless_its_applications_are_ranked(world: World) -> None:
    call = open_call(world)
    team = submitted(call, world.gent)
    with clock.at(at_second(call.closes_at, 60)):
        Application.objects.filter(pk=team.application.pk).update(status="ranked")
        with pytest.raises(CallFrozen):
            amend_call(call=call, changes=later(call), reasons=WHY, actor=None)
        Application.objects.filter(pk=team.application.pk).update(status="submitted")
        amend_call(call=call, changes=later(call), reasons=WHY, actor=None)
        call.refresh_from_db()
        assert call.phase == CallPhase.OPEN


def test_only_a_public_call_is_amended_and_the_rest_stays_frozen(world: World) -> None:
    draft = make_call(world)
    with pytest.raises(NotAmendable):
        amend_call(call=draft, changes=later(draft), reasons=WHY, actor=None)
    call = publish_call(call=draft, actor=None)
    with pytest.raises(CallFrozen):
        change_call_part(part=call.questions.get(code="network"), values={"word_limit": 5}, actor=None)
    with pytest.raises(KeyError):
        amend_call(call=call, changes={"call.bonus": 3}, reasons=WHY, actor=None)


def test_a_text_that_is_missing_in_a_language_changes_nothing(world: World) -> None:
    call = open_call(world)
    with pytest.raises(ValidationError):
        amend_call(
            call=call, changes={"call.title": {"en": "x", "fr": "", "nl": "x"}}, reasons=WHY, actor=None
        )
    call.refresh_from_db()
    assert call.title_en == "Autumn call"
    assert not Amendment.objects.exists()


def test_a_colleague_who_was_first_is_read_first(world: World) -> None:
    call = open_call(world)
    amend_call(call=call, changes=later(call), reasons=WHY, actor=None, read=0)
    with pytest.raises(CallAmended):
        amend_call(call=call, changes=later(call, 9), reasons=WHY, actor=None, read=0)
    assert Amendment.objects.count() == 1


def test_a_list_amended_meanwhile_keeps_a_draft_from_being_submitted(world: World) -> None:
    world.benin.eligible.set([world.nikki, world.cove])
    call = open_call(world)
    team = start(call, world.nikki)
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    amend_call(call=call, changes={"track.BJ.eligible": [world.cove]}, reasons=WHY, actor=None)
    with pytest.raises(NotEligible, match="not on the list"):
        sign_and_submit(application=team.application, actor=team.signatory)
    team.application.refresh_from_db()
    assert team.application.status == "awaiting_sign_off"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("read", "made"), [(None, 2), (0, 1)])
def test_two_coordinators_at_once_get_two_numbers_or_one_is_asked_to_read(
    read: int | None, made: int
) -> None:
    call = open_call(build_world())
    together = Barrier(2)

    def amend(path: str) -> str:
        try:
            together.wait(timeout=10)
            amend_call(call=call, changes={path: 8}, reasons=WHY, actor=None, read=read)
        except CallAmended:
            return "read first"
        finally:
            connections.close_all()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(amend, ("track.BJ.places", "track.RW.places")))
    assert answers.count("made") == made
    assert sorted(call.amendments.values_list("number", flat=True)) == list(range(1, made + 1))
    assert call.tracks.filter(places=8).count() == made


def typed(call: Call) -> dict[str, object]:
    """The form of the desk as the browser sends it when nothing is typed over."""
    client = Client()
    client.force_login(call.programme.lead_association.seats.first().user)
    form = client.get(reverse("admin:applications_call_amend", args=[call.pk])).context["form"]
    data: dict[str, object] = {}
    for field in form:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value is not None and value is not False:
            value = field.field.prepare_value(value)
            data[field.html_name] = value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "hour") else value
    return data | {f"reason_{language}": text for language, text in WHY.items()}


def test_the_desk_compares_counts_and_announces(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    assert people_to_tell(call) == 2
    client = Client()
    client.force_login(world.coordinator_vvsg)
    address = reverse("admin:applications_call_amend", args=[call.pk])
    data = typed(call)
    same = client.post(address, data | {"step": "compare"})
    assert same.status_code == 422
    assert "Nothing has changed" in same.content.decode() or "nl" in same.headers["Content-Language"]
    data |= {"track-RW-places": 6}
    shown = client.post(address, data | {"step": "compare"})
    assert shown.status_code == 200
    assert not Amendment.objects.exists()
    assert shown.context["count"] == 2
    assert [(row.before, row.after) for row in shown.context["changes"]] == [("4", "6")]
    hidden = {field.html_name: field.value() for field in shown.context["form"]}
    hidden = {name: value for name, value in hidden.items() if value is not None}
    assert client.post(address, hidden | {"step": "back"}).status_code == 200
    done = client.post(address, hidden | {"step": "announce"})
    assert done.status_code == 302
    assert Amendment.objects.get().changes[0]["path"] == "track.RW.places"
    assert len(mails()) == 2
    stale = client.post(address, hidden | {"track-RW-places": 7, "step": "announce"})
    assert stale.status_code == 422
    for page, person in (
        (reverse("portal:call-detail", args=[call.code]), None),
        (reverse("applications:application-detail", args=[team.reference]), team.editor),
    ):
        reader = Client()
        if person is not None:
            reader.force_login(person)
        text = reader.get(page).content.decode()
        assert "<del>4</del> <ins>6</ins>" in text


def test_a_cut_word_limit_says_how_many_drafts_hold_more(world: World) -> None:
    call = open_call(world)
    fill(start(call, world.gent))
    fill(start(call, world.leuven))
    submitted(call, world.mechelen, "BJ", "RW")
    question = call.questions.filter(kind="text", side__in=("", "north")).exclude(word_limit=None).first()
    assert question is not None
    client = Client()
    client.force_login(in_english(world.coordinator_vvsg))
    address = reverse("admin:applications_call_amend", args=[call.pk])

    def warnings(limit: int) -> list[str]:
        data = typed(call) | {f"question-{question.code}-word_limit": limit, "step": "compare"}
        return [row.warning for row in client.post(address, data).context["changes"]]

    (told,) = warnings(1)
    # What is submitted already stays as it was signed.
    assert told.startswith("2 drafts hold more words than this")
    assert warnings(4_999) == [""]


def test_the_form_reads_the_closing_on_the_clock_of_the_call(world: World) -> None:
    call = open_call(world)
    data = typed(call) | {"call-closes_at": "2099-03-01T23:59", "step": "announce"}
    client = Client()
    client.force_login(world.coordinator_vvsg)
    client.post(reverse("admin:applications_call_amend", args=[call.pk]), data)
    call.refresh_from_db()
    assert call.closes_at.astimezone(UTC).isoformat() == "2099-03-01T22:59:59+00:00"


def test_all_that_is_amendable_is_read_in_a_bounded_number_of_statements(
    world: World, django_assert_num_queries: object
) -> None:
    call = open_call(world)
    with django_assert_num_queries(4):  # type: ignore[operator]
        fields = amendable_fields(call)
    assert {"call.closes_at", "track.RW.eligible", "question.network.word_limit"} <= set(fields)
