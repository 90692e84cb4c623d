"""`send_due` to the letter: which rows it writes and prints, what it refuses, and that a second run does
nothing."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from sdgpartners.core import clock
from sdgpartners.notifications.enums import MailState, ReminderState
from sdgpartners.notifications.models import OutgoingMail, ReminderSent
from sdgpartners.notifications.registry import Due, register_reminder, unregister_reminder
from sdgpartners.notifications.services import send_due
from sdgpartners.people.models import User
from sdgpartners.programme.models import Programme
from tests.factories import ProgrammeFactory, RulesFactory, UserFactory

KIND = "aa_homework"
DUE = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)
SUBJECT = '{% load i18n %}{% translate "Monday" %} {{ title }} {{ step }} {{ due_on|date:"Y-m-d" }}'


@dataclass
class Homework:
    """A reminder of the tests: what stands in `open` is open; `asked_at` tells the moments it was asked
    about."""

    programme: Programme
    open: list[Due] = field(default_factory=list)
    asked_at: list[datetime] = field(default_factory=list)

    def __call__(self, moment: datetime) -> Iterable[Due]:
        self.asked_at.append(moment)
        yield from self.open

    def add(self, person: User, target: str = "SES-2026-0001", due_on: date = DUE) -> Due:
        due = Due(target, due_on, person, "/exchanges/x/", self.programme, {"title": "Homework"})
        self.open.append(due)
        return due


@pytest.fixture
def homework(db: None, write_template: Callable[..., None]) -> Iterator[Homework]:
    write_template(KIND, SUBJECT)
    programme = ProgrammeFactory()
    RulesFactory(programme=programme)
    reminder = Homework(programme)
    register_reminder(KIND)(reminder)
    yield reminder
    unregister_reminder(KIND)


def _run(moment: datetime | str = NOON, *options: str) -> list[dict[str, Any]]:
    """The command's JSON, of this kind alone: other rooms have reminders of their own."""
    out = StringIO()
    given = moment if isinstance(moment, str) else moment.isoformat()
    call_command("send_due", "--at", given, "--json", *options, stdout=out)
    return [row for row in json.loads(out.getvalue()) if row["kind"].startswith("aa_")]


def _ledger() -> list[tuple[int, str]]:
    rows = ReminderSent.objects.filter(kind=KIND).order_by("due_on", "step")
    return list(rows.values_list("step", "state"))


def _at(days: int) -> datetime:
    return NOON + timedelta(days=days)


def test_rows_have_all_their_columns_in_the_readers_language(homework: Homework) -> None:
    homework.add(UserFactory(email="an@example.org", language="nl"))
    assert _run(_at(-3)) == [
        {
            "kind": KIND,
            "target": "SES-2026-0001",
            "due": "2026-12-01",
            "step": -14,
            "recipient": "an@example.org",
            "language": "nl",
            "subject": "maandag Homework -14 2026-12-01",
            "state": "passed",
        },
        {
            "kind": KIND,
            "target": "SES-2026-0001",
            "due": "2026-12-01",
            "step": -3,
            "recipient": "an@example.org",
            "language": "nl",
            "subject": "maandag Homework -3 2026-12-01",
            "state": "queued",
        },
    ]
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.target, mail.subject) == (KIND, "SES-2026-0001", "maandag Homework -3 2026-12-01")
    assert "http://testserver/exchanges/x/" in mail.body_text
    assert _ledger() == [(-14, ReminderState.PASSED), (-3, ReminderState.QUEUED)]
    assert ReminderSent.objects.get(step=-3).mail == mail


def test_a_second_run_prints_nothing_and_no_mail_server_is_asked(homework: Homework) -> None:
    homework.add(UserFactory())
    assert len(_run()) == 3
    assert _run() == []
    assert _run(NOON + timedelta(hours=5)) == []
    assert (OutgoingMail.objects.count(), ReminderSent.objects.count()) == (1, 3)
    assert django_mail.outbox == []


def test_each_step_goes_out_once_as_the_days_pass(homework: Homework) -> None:
    homework.add(UserFactory())
    sent = {days: [row["step"] for row in _run(_at(days))] for days in range(-20, 30)}
    assert {days: steps for days, steps in sent.items() if steps} == {
        -14: [-14],
        -3: [-3],
        0: [0],
        3: [3],
        7: [7],
    }
    assert {row.state for row in ReminderSent.objects.all()} == {ReminderState.QUEUED}


def test_a_missed_week_is_caught_up_with_the_latest_step_alone(homework: Homework) -> None:
    homework.add(UserFactory())
    _run(_at(-14))
    rows = _run(_at(5))
    assert [(row["step"], row["state"]) for row in rows] == [(-3, "passed"), (0, "passed"), (3, "queued")]


@pytest.mark.parametrize(("days", "state"), [(14, "queued"), (15, "passed")])
def test_a_step_older_than_seven_days_has_passed(homework: Homework, days: int, state: str) -> None:
    homework.add(UserFactory())
    assert [row["state"] for row in _run(_at(days))] == [*["passed"] * 4, state]
    assert OutgoingMail.objects.count() == (state == "queued")


def test_ladder_and_age_are_the_programmes_own(homework: Homework) -> None:
    homework.programme.rules.update(reminder_days=[-1, 1], reminder_max_age_days=2)
    homework.add(UserFactory())
    assert [(row["step"], row["state"]) for row in _run(_at(3))] == [(-1, "passed"), (1, "queued")]
    homework.add(UserFactory(), "SES-2026-0002")
    assert [(row["step"], row["state"]) for row in _run(_at(4))] == [(-1, "passed"), (1, "passed")]


def test_what_is_done_is_reminded_of_no_more(homework: Homework) -> None:
    homework.add(UserFactory())
    _run(_at(-14))
    homework.open.clear()
    assert _run(_at(-3)) == []


def test_a_new_due_date_starts_a_ladder_of_its_own(homework: Homework) -> None:
    person = UserFactory()
    homework.add(person)
    _run(_at(0))
    homework.open.clear()
    homework.add(person, due_on=DUE + timedelta(days=14))
    assert [(row["due"], row["step"], row["state"]) for row in _run(_at(0))] == [
        ("2026-12-15", -14, "queued")
    ]


def test_the_day_is_the_portals_not_utcs(homework: Homework) -> None:
    homework.add(UserFactory())
    homework.programme.rules.update(reminder_days=[0])
    assert _run("2026-11-30T23:59:00+01:00") == []
    assert [row["step"] for row in _run("2026-11-30T23:00:00Z")] == [0]


def test_rows_are_sorted_by_recipient_kind_and_target(
    homework: Homework, write_template: Callable[..., None]
) -> None:
    zoe, an = UserFactory(email="zoe@example.org"), UserFactory(email="an@example.org")
    homework.programme.rules.update(reminder_days=[0])
    other = Homework(homework.programme)
    write_template("aa_early", SUBJECT)
    register_reminder("aa_early")(other)
    try:
        for person in (zoe, an):
            other.add(person, "B")
            homework.add(person, "B")
            homework.add(person, "A")
        rows = _run()
    finally:
        unregister_reminder("aa_early")
    assert [(row["recipient"][:2], row["kind"], row["target"]) for row in rows] == [
        (name, kind, target)
        for name in ("an", "zo")
        for kind, target in (("aa_early", "B"), (KIND, "A"), (KIND, "B"))
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(homework: Homework) -> None:
    homework.add(UserFactory(language="fr"))
    told = _run(NOON, "--dry-run")
    assert (OutgoingMail.objects.count(), ReminderSent.objects.count()) == (0, 0)
    assert told == _run(NOON)
    assert [row["state"] for row in told] == ["passed", "passed", "queued"]


def test_the_moment_is_the_only_clock_below(homework: Homework) -> None:
    homework.add(UserFactory())
    _run(_at(-3))
    assert homework.asked_at == [_at(-3)]
    assert {row.created_at for row in ReminderSent.objects.all()} == {_at(-3)}
    assert OutgoingMail.objects.get().created_at == _at(-3)


def test_an_unsent_reminder_gives_way_to_the_next_step(homework: Homework) -> None:
    homework.add(UserFactory())
    _run(_at(-3))
    _run(_at(0))
    found = OutgoingMail.objects.order_by("pk").values_list("state", flat=True)
    assert list(found) == [MailState.SUPERSEDED, MailState.QUEUED]


def test_people_who_left_get_nothing(homework: Homework) -> None:
    homework.add(UserFactory(is_active=False))
    assert _run() == []
    assert ReminderSent.objects.count() == 0


def test_the_same_thing_named_twice_is_one_reminder(homework: Homework) -> None:
    person = UserFactory()
    homework.add(person)
    homework.add(person)
    homework.programme.rules.update(reminder_days=[0])
    assert len(_run()) == 1


# --- what is refused ---


@pytest.mark.parametrize(
    "given",
    [
        "2026-12-01T12:00:00",
        "2026-12-01",
        "yesterday",
        "",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_moment_without_offset_or_sense_is_refused(homework: Homework, given: str) -> None:
    homework.add(UserFactory())
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("send_due", "--at", given, "--json", stdout=out)
    assert refused.value.returncode == 2
    assert given in str(refused.value)
    assert "\n" not in str(refused.value)
    assert out.getvalue() == ""
    assert ReminderSent.objects.count() == 0


def test_a_moment_more_than_a_day_ahead_needs_a_dry_run_or_the_demo(
    settings: Settings, homework: Homework
) -> None:
    settings.DEMO = False
    homework.programme.rules.update(reminder_days=[0])
    with clock.at(NOON):
        homework.add(UserFactory(), due_on=DUE + timedelta(days=2))
        ahead = NOON + timedelta(days=2)
        with pytest.raises(CommandError) as refused:
            _run(ahead)
        assert refused.value.returncode == 2
        assert len(_run(ahead, "--dry-run")) == 1
        assert ReminderSent.objects.count() == 0
        assert _run(NOON + timedelta(days=1)) == []
        settings.DEMO = True
        assert len(_run(ahead)) == 1


def test_one_broken_reminder_does_not_stop_the_others(homework: Homework) -> None:
    def broken(moment: datetime) -> Iterable[Due]:
        raise RuntimeError("no figures")

    homework.programme.rules.update(reminder_days=[0])
    homework.add(UserFactory(email="an@example.org"))
    register_reminder("aa_broken")(broken)
    out = StringIO()
    try:
        with pytest.raises(CommandError, match="aa_broken: RuntimeError: no figures") as failed:
            call_command("send_due", "--at", NOON.isoformat(), "--json", stdout=out)
    finally:
        unregister_reminder("aa_broken")
    assert failed.value.returncode == 1
    assert [row["recipient"] for row in json.loads(out.getvalue()) if row["kind"] == KIND] == [
        "an@example.org"
    ]
    assert OutgoingMail.objects.count() == 1


def test_one_persons_broken_mail_leaves_nothing_of_theirs_and_all_of_the_others(
    homework: Homework, write_template: Callable[..., None]
) -> None:
    write_template(
        KIND, SUBJECT, "{% if recipient.first_name == 'Bad' %}{{ x|default:missing }}{% endif %}text"
    )
    homework.programme.rules.update(reminder_days=[0])
    bad, good = UserFactory(first_name="Bad"), UserFactory(first_name="Good")
    homework.add(bad, "A")
    homework.add(bad, "B")
    homework.add(good, "A")
    with pytest.raises(CommandError, match=f"{KIND} for {bad.email}"):
        _run()
    assert [row.recipient for row in ReminderSent.objects.all()] == [good]
    assert [row.recipient for row in OutgoingMail.objects.all()] == [good]


def test_lines_for_people_without_json(homework: Homework) -> None:
    homework.programme.rules.update(reminder_days=[0])
    homework.add(UserFactory(email="an@example.org"))
    out = StringIO()
    call_command("send_due", "--at", NOON.isoformat(), stdout=out)
    line = f"an@example.org  {KIND}  SES-2026-0001  2026-12-01 +0  queued  Monday Homework 0 2026-12-01"
    assert line in out.getvalue().splitlines()


# --- two at once, and many ---


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_enter_each_step_once(homework: Homework) -> None:
    for number in range(15):
        homework.add(UserFactory(), f"SES-{number}")
    together = Barrier(2)
    counts: list[int] = []

    def run() -> None:
        try:
            together.wait()
            counts.append(sum(row.kind == KIND for row in send_due()))
        finally:
            connection.close()

    with clock.at(NOON):
        threads = [Thread(target=run) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(counts) == ReminderSent.objects.count() == 45
    assert OutgoingMail.objects.count() == 15


def test_a_run_with_nothing_new_takes_the_same_statements_for_1_and_30(homework: Homework) -> None:
    counts = []
    for more in (1, 29):
        for number in range(more):
            homework.add(UserFactory(), f"SES-{more}-{number}")
        with clock.at(NOON):
            send_due()
            with CaptureQueriesContext(connection) as caught:
                assert send_due() == []
        counts.append(len(caught))
    assert counts[0] == counts[1]
