"""A track that is scored step by step, and everything of it that one person gets to read: pages, lists, searches, files
and mail. Figures and words of the story are unmistakable, so that a text that holds one tells of it."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.enums import CallTextKind, ConflictGround, DecisionOutcome
from applications.models import Call, ConflictDeclaration, Decision, Review, Tally, Track
from applications.reports_decisions import may_read, subject_of
from applications.review_input import ScoreInput
from applications.services import reviews
from applications.services.advice import give_advice
from applications.services.assignment import assign_reviewer
from applications.services.conflicts import declare_interest
from applications.services.decisions import (
    decide_by_hand,
    prepare_decisions,
    release_decisions,
    write_feedback,
)
from applications.services.eligibility import decide_eligibility
from applications.services.panel import agree_on_score
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import User
from tests.applications.factories import Team, cleared, open_call, submitted
from tests.factories import in_english, make_seat, make_steering
from tests.world import World

# The own scores on the six criteria of the track, whose weights are 5, 10, 15, 20, 25 and 25.
SCORES = {
    "one": {"Gent": (4, 3, 2, 4, 3, 2), "Leuven": (1, 2, 3, 2, 1, 4), "Mechelen": (0, 1, 2, 1, 0, 1)},
    "two": {"Gent": (3, 3, 4, 2, 4, 4), "Leuven": (2, 2, 3, 4, 1, 3), "Mechelen": (0, 0, 2, 1, 1, 0)},
    "both": {"Mechelen": (0, 3, 1, 0, 3, 1)},
    "aside": {"Gent": (4, 4, 4, 3, 4, 3)},
}
NAMES = {"one": "Zwaluwreiger", "two": "Zeearendsen", "both": "Kwartelkoning", "aside": "Wielewaalman"}
_ONE_TIME = re.compile(
    r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>|<body[^>]*>|<input[^>]*name="(?:page|typed_for)"[^>]*>'
)
Pages = dict[str, str]


@dataclass
class Story:
    """Who takes part, and how far it is."""

    world: World
    call: Call
    track: Track
    teams: dict[str, Team]
    people: dict[str, User | None]
    steps: "dict[str, Callable[[], None]]" = field(default_factory=dict)

    def person(self, name: str) -> User:
        found = self.people[name]
        assert found is not None
        return found


@contextmanager
def story_of(world: World) -> Iterator[Story]:
    """Three applications found eligible; the clock stands an hour after the call has closed. `steps` goes on."""
    call = open_call(world)
    Track.objects.filter(call=call).update(places=1)
    track = Track.objects.select_related("call__programme", "partner_country__country").get(
        call=call, partner_country=world.rwanda
    )
    teams = {place.name: submitted(call, place, "RW") for place in (world.gent, world.leuven, world.mechelen)}
    for team in teams.values():
        decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
    made = Story(world, call, track, teams, _people(world, teams["Leuven"]))
    made.steps = _steps(made)
    with clock.at(call.closes_at + timedelta(hours=1)):
        for name in ("steering barred", "barred"):
            declare_interest(
                application=teams["Gent"].application, actor=made.person(name), ground=ConflictGround.FAMILY
            )
        yield made


def _people(world: World, leuven: Team) -> dict[str, User | None]:
    reviewer, coordinator = AssociationRole.REVIEWER, AssociationRole.COORDINATOR
    both = make_seat(world.vvsg, coordinator, last_name=NAMES["both"])
    make_seat(world.vvsg, reviewer, user=both)
    return {
        "editor": in_english(leuven.editor),
        "signatory": in_english(leuven.signatory),
        "one": make_seat(world.vvsg, reviewer, last_name=NAMES["one"]),
        "two": make_seat(world.ralga, reviewer, last_name=NAMES["two"]),
        "aside": make_seat(world.ralga, reviewer, last_name=NAMES["aside"]),
        "barred": make_seat(world.vvsg, reviewer),
        "steering": make_steering(world.programme),
        "steering barred": make_steering(world.programme),
        "observer": make_steering(world.programme, SteeringKind.OBSERVER, world.ralga),
        "observer elsewhere": make_steering(world.programme, SteeringKind.OBSERVER, world.ancb),
        "vvsg": in_english(world.coordinator_vvsg),
        "both": both,
        "ralga": world.coordinator_ralga,
        "ancb": in_english(world.coordinator_ancb),
        "auditor": make_seat(world.ralga, AssociationRole.AUDITOR),
        "facilitator": make_seat(world.ralga, AssociationRole.FACILITATOR),
        "anonymous": None,
    }


def _steps(made: Story) -> dict[str, Callable[[], None]]:
    def assigned() -> None:
        for name, places in SCORES.items():
            for place in places:
                application = made.teams[place].application
                assign_reviewer(
                    application=application, track=made.track, reviewer=made.person(name), actor=None
                )
                cleared(made.person(name), application)

    def set_aside() -> None:
        _hand_in(made, "aside")
        declare_interest(
            application=made.teams["Gent"].application, actor=made.person("aside"),
            ground=ConflictGround.OTHER, words="LEAK-ASIDE",
        )  # fmt: skip

    def all_in() -> None:
        _hand_in(made, "two")
        _hand_in(made, "both")

    def agreed() -> None:
        application = made.teams["Gent"].application
        agree_on_score(
            application=application, criterion=made.track.criteria.order_by("order")[3], value=4,
            minute="LEAK-MINUTE", seen="", actor=made.person("ralga"),
        )  # fmt: skip
        give_advice(track=made.track, text="LEAK-ADVICE", actor=made.person("steering"))

    return {
        "assigned": assigned,
        "begun": lambda: _write(made, "one", "LEAK-BEGUN"),
        "one in": lambda: _hand_in(made, "one"),
        "set aside": set_aside,
        "all in": all_in,
        "agreed": agreed,
        "prepared": lambda: _prepare(made),
        "released": lambda: _release(made),
    }


def _hand_in(made: Story, name: str) -> None:
    for review in _write(made, name, f"LEAK-{{}}-{name}"):
        reviews.submit_review(review=review, actor=review.reviewer)


def _write(made: Story, name: str, text: str) -> list[Review]:
    """The sheets of one reviewer, saved and not handed in."""
    person, kept = made.person(name), []
    criteria = list(made.track.criteria.order_by("order"))
    for review in Review.objects.filter(reviewer=person).select_related("application__municipality"):
        values = SCORES[name][review.application.municipality.name]
        given = {
            row.pk: ScoreInput(value=value, comment=text.format("COMMENT"))
            for row, value in zip(criteria, values, strict=True)
        }
        kept.append(
            reviews.save_scores(
                review=review, scores=given, comment=text.format("OVERALL"), version=review.version,
                private_note=text.format("PRIVATE"), actor=person,
            )
        )  # fmt: skip
    return kept


def _prepare(made: Story) -> None:
    lead = made.person("vvsg")
    prepare_decisions(track=made.track, actor=lead)
    criterion = made.track.criteria.order_by("order")[0]
    for place, outcome in (("Gent", DecisionOutcome.SELECTED), ("Leuven", DecisionOutcome.REJECTED)):
        decision = Decision.objects.get(application=made.teams[place].application)
        decide_by_hand(decision=decision, outcome=outcome, reason=f"LEAK-HAND-{place}", actor=lead)
        write_feedback(
            decision=decision, language="en", general=f"LEAK-FEEDBACK-{place}",
            criteria={criterion.pk: f"LEAK-FEEDBACK-{place}"}, actor=lead,
        )  # fmt: skip


def _release(made: Story) -> None:
    made.call.refresh_from_db()
    release_decisions(call=made.call, actor=made.person("vvsg"))


def traces_of(made: Story) -> dict[str, re.Pattern[str]]:
    """By what they tell of, the words and figures that exist by now."""
    found = {
        name: re.compile(f"LEAK-{name}", re.IGNORECASE)
        for name in (
            "begun",
            "comment",
            "overall",
            "private-one",
            "private-two",
            "aside",
            "minute",
            "advice",
        )
    }
    for place in ("Gent", "Leuven"):
        found[f"hand {place}"] = re.compile(f"LEAK-HAND-{place}")
        found[f"feedback {place}"] = re.compile(f"LEAK-FEEDBACK-{place}")
    found["reviewers"] = re.compile("|".join(NAMES.values()))
    for tally in Tally.objects.filter(track=made.track, total__isnull=False).select_related(
        "application__municipality"
    ):
        found[f"total {tally.application.municipality.name}"] = _figure(tally.total)
    own = [one["own"] for row in Tally.objects.filter(track=made.track) for one in row.review_totals]
    if own:
        found["review totals"] = re.compile("|".join(_figure(one).pattern for one in own))
    return found


def _figure(value: object) -> re.Pattern[str]:
    whole, cents = str(value).split(".")
    return re.compile(rf"(?<![\d.,]){whole}[.,]{cents}(?!\d)")


def addresses(made: Story) -> list[str]:
    """Everything that tells of an application, its track or its call; and the lists and searches of it."""
    code, desk, track, call = made.call.code, "admin:applications_", made.track.pk, made.call.pk
    found = [reverse(f"portal:{name}") for name in ("start", "dashboard", "home", "call-list", "open-data")]
    found += [reverse("portal:call-detail", args=[code]), reverse("portal:partnerships-csv")]
    for name in ("application-list", "review-list", "track-list"):
        found.append(reverse(f"applications:{name}"))
    for name in ("track-ranking", "panel-list"):
        found.append(reverse(f"applications:{name}", args=[code, "rw"]))
    found.append(reverse("applications:track-ranking", args=[code, "rw"]) + "?only=selected")
    for name in ("ranking", "ranking_file", "reviewers", "review_plan", "grid"):
        found.append(reverse(f"{desk}track_{name}", args=[track]))
    found.append(reverse(f"{desk}track_ranking_file", args=[track]) + "?form=json")
    found.append(reverse(f"{desk}conflictdeclaration_track", args=[track]))
    for name in ("release", "feedback", "places", "progress", "progress_csv", "change"):
        found.append(reverse(f"{desk}call_{name}", args=[call]))
    found.append(reverse(f"{desk}call_text", args=[call, CallTextKind.LETTER_SELECTED]))
    found.append(reverse(f"{desk}application_duplicates", args=[code]))
    lists = [f"{desk}{name}" for name in ("application", "review", "conflictdeclaration", "track", "call")]
    lists += ["admin:notifications_outgoingmail", "admin:notifications_remindersent"]
    lists += ["admin:documents_generatedreport", "admin:documents_job"]
    found += [reverse("admin:index"), *(reverse(f"{name}_changelist") for name in lists)]
    for name in (f"{desk}application", f"{desk}review", "admin:notifications_outgoingmail"):
        found += [reverse(f"{name}_changelist") + f"?q={word}" for word in ("Gent", "APP-")]
    found.append(reverse(f"{desk}application_changelist") + "?status__exact=ranked")
    for team in made.teams.values():
        found += _of_one(made, team)
    found += [reverse(f"{desk}review_change", args=[row.pk]) for row in Review.objects.order_by("pk")]
    found += [reverse(f"{desk}call_feedback_one", args=[call, row.pk]) for row in Decision.objects.all()]
    found += [
        reverse(f"{desk}conflictdeclaration_change", args=[row.pk])
        for row in ConflictDeclaration.objects.exclude(ground="")
    ]
    mails = OutgoingMail.objects.order_by("kind", "target", "-pk").distinct("kind", "target")
    found += [reverse("admin:notifications_outgoingmail_change", args=[row.pk]) for row in mails]
    return found


def _of_one(made: Story, team: Team) -> list[str]:
    code, pk, desk = made.call.code, team.application.pk, "admin:applications_application"
    found = [
        reverse(f"applications:application-{name}", args=[team.reference]) for name in ("detail", "history")
    ]
    found.append(reverse("applications:application-revision", args=[team.reference, 1]))
    found += [
        reverse(f"applications:{name}", args=[team.reference])
        for name in ("decision-confirm", "interest-declare")
    ]
    found += [
        reverse(f"applications:{name}", args=[team.reference, "rw"])
        for name in ("review-detail", "review-check")
    ]
    found.append(reverse("applications:panel-sheet", args=[code, "rw", team.reference]))
    criterion = made.track.criteria.order_by("order")[3]
    found.append(reverse("applications:panel-agree", args=[code, "rw", team.reference, criterion.code]))
    found += [
        reverse(f"{desk}_{name}", args=[pk]) for name in ("change", "history", "eligibility", "compare")
    ]
    found.append(reverse("admin:applications_track_reviewers_of", args=[made.track.pk, pk]))
    found.append(reverse("admin:applications_call_letter", args=[made.call.pk, team.reference]))
    return found


def read_by(made: Story, name: str, only: Callable[[str], bool] = lambda _address: True) -> Pages:
    """By address what the person gets to read, without what is another at each request; the mail sent to them, the
    export of the list of applications, and whether they get the record of the decisions."""
    client, user = Client(), made.people[name]
    if user is not None:
        client.force_login(user)
    pages = {}
    for address in filter(only, addresses(made)):
        answer = client.get(address)
        # What a refusal says on the next page tells of no application.
        client.cookies.pop("messages", None)
        if answer.status_code == 200:
            # One's own name stands at the top.
            pages[address] = _text(answer).replace(str(user), "")
    export = reverse("admin:applications_application_export")
    answer = client.post(export, {"form": "csv"})
    if answer.status_code == 200:
        pages[export] = _text(answer)
    if user is not None:
        mails = OutgoingMail.objects.filter(to=user.email).order_by("pk")
        pages["mail"] = "\n".join(f"{row.subject}\n{row.body_text}\n{row.body_html}" for row in mails)
        if may_read(User.objects.get(pk=user.pk), subject_of(made.track)):
            pages["record"] = "open"
    return pages


def _text(answer: object) -> str:
    content = b"".join(answer) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined, call-overload]
    if content[:2] == b"PK":
        book = load_workbook(io.BytesIO(content))
        return "\n".join(
            str(cell if not isinstance(cell, float) else f"{cell:.2f}")
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        )
    return _ONE_TIME.sub("", content.decode("utf-8-sig"))


def changed(before: Pages, after: Pages) -> set[str]:
    """What reads otherwise, is new or is gone."""
    return {address for address in before.keys() | after.keys() if before.get(address) != after.get(address)}
