"""Every municipality of the programme signs and submits in the last minute of a call, against gunicorn.

    make bench ARGS="submissions"     about six minutes, most of them to fill in the applications

A database of its own gets the real reference data and one call; each of the 300 municipalities that may take part
(285 Flemish ones, the listed ones of Benin and Rwanda) has a complete application that waits for its signatory.
The call closes one minute after the start. Four processes then send 300 signatures at once over the wire, each
with its own session; every fifth signatory clicks twice. What must hold: all 300 submitted, one revision and one
receipt a person each, nothing lost. Ten invented municipalities sign after the last second: refused, nothing changed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from multiprocessing import get_context
from statistics import median
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench.database import own_database

if TYPE_CHECKING:
    from applications.fields import FieldSpec, SectionContent, Value, Values
    from applications.models import Application, Call
    from sdgpartners.programme.models import Municipality

DATABASE = "bench_submissions"
PROCESSES, THREADS = 2, 4
SENDERS = 4
OPEN_SECONDS = 60
LATE, LATE_CODE = 10, "late-"
# A municipality that clicks twice: each so many-th.
TWICE = 5
Cookie = str
# Who signs: the path of the page, the cookies, the token of its form, how often it is sent.
Signature = tuple[str, Cookie, str, int]


def main() -> None:
    """Prints the figures; ends with 1 if anything was lost, doubled or let in late."""
    with own_database(DATABASE) as address:
        began = time.perf_counter()
        call, references = _fill()
        print(f"{len(references)} complete applications waiting for a signature"
              f" ({time.perf_counter() - began:.0f} s to fill in)")  # fmt: skip
        with _gunicorn(address) as port:
            late, signers = references[:LATE], references[LATE:]
            signatures = [_open_page(port, reference, number) for number, reference in enumerate(references)]
            closes = _close_in(call, OPEN_SECONDS)
            answers = _send_all(port, signatures[LATE:])
            kept = _report(answers, signers, closes)
            kept &= _report_late(port, signatures[:LATE], late, closes)
    raise SystemExit(0 if kept else 1)


def _fill() -> tuple[Call, list[str]]:
    """The call, and the references of all applications that wait for a signature, through the services."""
    from django.db import connection

    from applications.services.calls import create_call, publish_call
    from portal.demo.programme import load_demo_programme
    from sdgpartners.core import clock
    from sdgpartners.programme.loading.reference import load_reference
    from sdgpartners.programme.selectors import active_municipalities, eligible_municipalities

    load_reference()
    programme = load_demo_programme(clock.today())
    words = dict.fromkeys(("en", "fr", "nl"), "Measured call")
    call = create_call(
        programme=programme, code="measured", title=words, summary=words, dates=_dates(), actor=None
    )
    call = publish_call(call=call, actor=None)
    municipalities = list(active_municipalities(programme.north_country))
    municipalities += _late_ones(municipalities[0])
    for country in programme.partner_countries.all():
        municipalities += list(eligible_municipalities(country))
    municipalities.sort(key=lambda municipality: not municipality.code.startswith(LATE_CODE))
    references = [_apply(call, municipality).reference for municipality in municipalities]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return call, references


def _late_ones(like: Municipality) -> list[Municipality]:
    """Municipalities that are not in the reference data; they sign too late."""
    from sdgpartners.programme.models import Municipality as Row

    return [
        Row.objects.create(
            country=like.country,
            code=f"{LATE_CODE}{number}",
            name=f"Late {number}",
            region=like.region,
            latitude=like.latitude,
            longitude=like.longitude,
        )
        for number in range(LATE)
    ]


def _dates() -> Any:
    from applications.call_dates import CallDates
    from sdgpartners.core import clock

    return CallDates(
        opens_at=clock.now() - timedelta(days=1),
        closes_at=clock.now() + timedelta(days=1),
        time_zone="Europe/Brussels",
    )


def _apply(call: Call, municipality: Municipality) -> Application:
    """A complete application of an editor, waiting for the signatory."""
    from applications.selectors.sections import read_sections
    from applications.services.forms import save_section, start_application
    from applications.services.submission import ask_sign_off
    from sdgpartners.people.enums import MunicipalRole
    from sdgpartners.people.models import Membership, User

    people = {}
    for role in (MunicipalRole.EDITOR, MunicipalRole.SIGNATORY):
        people[role] = User.objects.create(email=f"{role}.{municipality.pk}@example.org")
        Membership.objects.create(user=people[role], municipality=municipality, role=role)
    editor = people[MunicipalRole.EDITOR]
    application = start_application(call=call, municipality=municipality, actor=editor)
    for content in read_sections(application):
        save_section(
            application=application, section=content.section, version=0, data=_values(content), actor=editor
        )
    ask_sign_off(application=application, actor=editor)
    return application


def _values(content: SectionContent) -> Values:
    """An answer to every field, texts as long as they may be."""
    values: Values = {}
    for spec in content.fields:
        values[spec.name] = _value(spec, values)
    return values


def _value(spec: FieldSpec, before: Values) -> Value:
    from applications.fields import FieldKind
    from sdgpartners.core import clock

    if spec.kind == FieldKind.FILE or spec.name.startswith("partner-"):
        return []
    if spec.kind in (FieldKind.SEVERAL, FieldKind.GOALS):
        return [spec.choices[0][0]]
    if spec.kind == FieldKind.RANK:
        return "" if "1" in before.values() else "1"
    simple = {
        FieldKind.SCALE: "2",
        FieldKind.ACCEPT: "yes",
        FieldKind.YES_NO: "no",
        FieldKind.EMAIL: "someone@example.org",
        FieldKind.PHONE: "+32 2 211 55 00",
        FieldKind.NUMBER: "12",
        FieldKind.DATE: clock.today().isoformat(),
        FieldKind.TEXT: " ".join(["participation"] * (spec.word_limit or 1)),
    }
    return simple.get(spec.kind) or (spec.choices[0][0] if spec.choices else "Someone")


@contextmanager
def _gunicorn(address: str) -> Iterator[int]:
    """The portal as `make run` serves it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "sdgpartners.wsgi:application", "--bind", f"127.0.0.1:{port}",
               "--worker-class", "gthread", "--workers", str(PROCESSES), "--threads", str(THREADS),
               "--no-control-socket", "--log-level", "warning"]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": address, "LOG_LEVEL": "ERROR"})
    try:
        _wait_for(port)
        print(f"gunicorn: {PROCESSES} processes x {THREADS} threads")
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if _ask(port, "GET", "/help/")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("gunicorn does not answer")


def _ask(port: int, method: str, path: str, cookie: str = "", body: str = "") -> tuple[int, str, str]:
    """Status, text and the cookies set by one request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": cookie} if cookie else {}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = "; ".join(
        value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"
    )
    connection.close()
    return answer.status, text, cookies


def _open_page(port: int, reference: str, number: int) -> Signature:
    """The signatory has the page open: session and the hidden fields of its form."""
    import re

    path = f"/applications/{reference}/sign-off/"
    cookie = f"sessionid={_session(reference)}"
    status, page, cookies = _ask(port, "GET", path, cookie)
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    body = urlencode(hidden | {"answer": "sign"})
    return path, f"{cookie}; {cookies}", body, 2 if number % TWICE == 0 else 1


def _session(reference: str) -> str:
    """A session of the signatory, as signing in makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from sdgpartners.people.enums import MunicipalRole
    from sdgpartners.people.models import User

    user = User.objects.get(
        memberships__municipality__applications__reference=reference,
        memberships__role=MunicipalRole.SIGNATORY,
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "sdgpartners.people.backends.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _close_in(call: Call, seconds: int) -> datetime:
    from applications.models import Call as CallModel
    from sdgpartners.core import clock

    closes = clock.now() + timedelta(seconds=seconds)
    CallModel.objects.filter(pk=call.pk).update(closes_at=closes)
    return closes


def _send_all(port: int, signatures: list[Signature]) -> list[tuple[int, float]]:
    """Every signature at the same moment, from processes of their own: status and seconds of each answer."""
    context = get_context("spawn")
    parts = [signatures[start::SENDERS] for start in range(SENDERS)]
    go = time.time() + 8
    with context.Pool(SENDERS) as pool:
        found = pool.starmap(_send_part, [(port, part, go) for part in parts])
    return [answer for part in found for answer in part]


def _send_part(port: int, signatures: list[Signature], go: float) -> list[tuple[int, float]]:
    """One sending process: a thread per click, all let loose at `go`."""
    clicks = [(path, cookie, body) for path, cookie, body, times in signatures for _time in range(times)]
    answers: list[tuple[int, float]] = []
    barrier = Barrier(len(clicks))

    def click(path: str, cookie: str, body: str) -> None:
        barrier.wait()
        time.sleep(max(0.0, go - time.time()))
        began = time.perf_counter()
        status, _text, _cookies = _ask(port, "POST", path, cookie, body)
        answers.append((status, time.perf_counter() - began))

    threads = [Thread(target=click, args=each) for each in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _report(answers: list[tuple[int, float]], references: list[str], closes: datetime) -> bool:
    from django.db.models import Count

    from applications.enums import ApplicationStatus
    from applications.models import Application, Revision
    from sdgpartners.core import clock
    from sdgpartners.notifications.models import OutgoingMail

    seconds = sorted(taken for _status, taken in answers)
    statuses = Counter(status for status, _taken in answers)
    rows = Application.objects.filter(reference__in=references)
    submitted = rows.filter(status=ApplicationStatus.SUBMITTED, submitted_at__lte=closes).count()
    revisions = Revision.objects.filter(application__reference__in=references)
    doubled = revisions.values("application").annotate(count=Count("pk")).filter(count__gt=1).count()
    receipts = OutgoingMail.objects.filter(kind="application_receipt", target__in=references)
    twice = receipts.values("target", "recipient").annotate(count=Count("pk")).filter(count__gt=1).count()
    print(
        f"{len(references)} municipalities, {len(answers)} clicks at the same moment; answers: {dict(statuses)}"
    )
    print(f"   seconds: median {median(seconds):.1f}, 95 % {seconds[int(len(seconds) * 0.95)]:.1f},"
          f" last {seconds[-1]:.1f}; {len(answers) / seconds[-1]:.0f} a second;"
          f" left until the call closed: {(closes - clock.now()).total_seconds():.0f} s")  # fmt: skip
    print(f"   submitted {submitted}, revisions {revisions.count()}, doubled {doubled},"
          f" receipts {receipts.count()}, receipts twice {twice}")  # fmt: skip
    return (
        submitted == len(references)
        and revisions.count() == len(references)
        and not doubled
        and receipts.count() == 2 * len(references)
        and not twice
        and set(statuses) == {302}
    )


def _report_late(port: int, signatures: list[Signature], references: list[str], closes: datetime) -> bool:
    """The rest of them sign after the last second."""
    from applications.enums import ApplicationStatus
    from applications.models import Application
    from sdgpartners.core import clock

    time.sleep(max(0.0, (closes - clock.now()).total_seconds() + 1))
    answers = _send_all(port, signatures)
    waiting = Application.objects.filter(
        reference__in=references, status=ApplicationStatus.AWAITING_SIGN_OFF
    ).count()
    statuses = Counter(status for status, _taken in answers)
    print(f"{len(references)} more after the last second: answers {dict(statuses)}; still waiting: {waiting}")
    return waiting == len(references) and set(statuses) == {422}


if __name__ == "__main__":
    from bench.__main__ import main as run

    raise SystemExit(run(["submissions"]))
