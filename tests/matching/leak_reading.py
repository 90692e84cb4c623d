"""Everything of a round of matching that one person gets to read: pages, lists, searches, files, reports, refusals and
mail."""

import io
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from applications.models import ConflictDeclaration
from matching.models import Partnership, Proposal, Scenario
from sdgpartners.core import clock
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.documents.registry import report_kind
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from tests.matching.leaking import Story

Pages = dict[str, str]
DESK = ("vvsg", "vvsg aside", "vvsg auditor", "ralga", "ralga auditor", "ancb", "ancb auditor")
MAIL_LOG = ("vvsg", "vvsg aside")
"""Who opens each mail at the desk; auditors of the lead come across the same ones."""
_ONE_TIME = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>|<body[^>]*>')
READ = 200


def read_by(story: Story, name: str, seen: set[int]) -> tuple[Pages, str]:
    """By address what the person gets to read, without what is another at each request, and all that is said to them
    where they get nothing. `seen` holds the mails that they looked at before."""
    client, user = Client(), story.people[name]
    if user is not None:
        client.force_login(user)
    pages, refusals = {}, []
    for address in _addresses(story, name, seen):
        answer = client.get(address)
        client.cookies.pop("messages", None)
        # One's own name stands at the top.
        text = _text(answer).replace(str(user), "")
        if answer.status_code == READ:
            pages[address] = text
        else:
            refusals.append(text)
    if user is not None:
        mails = OutgoingMail.objects.filter(to=user.email).order_by("pk")
        pages["mail"] = "\n".join(f"{row.subject}\n{row.body_text}" for row in mails)
        pages |= _reports(User.objects.get(pk=user.pk))
    return pages, "\n".join(refusals)


def changed(before: Pages, after: Pages) -> list[str]:
    """Where another thing is read afterwards."""
    return [one for one in sorted(before.keys() | after.keys()) if before.get(one) != after.get(one)]


def _reports(user: User) -> Pages:
    """The reports that the person may ask for, whether a page offers them or not."""
    scenarios = Scenario.objects.filter(solved_at__isnull=False).values_list("reference", flat=True)
    subjects = [("matching-rationale", f"{one}{end}") for one in scenarios for end in ("", "-RW", "-BJ")]
    pairs = Partnership.objects.values_list("reference", flat=True)
    subjects += [(kind, one) for one in pairs for kind in ("partnership", "partnership-agreement")]
    pages = {}
    for kind, subject in subjects:
        report = report_kind(kind)
        if report.may_read(user, subject):
            with override("en"):
                context = {**report.context(subject, "en"), "as_of": clock.now()}
                pages[f"{kind} {subject}"] = render_to_string(report.template, context)
    return pages


def _addresses(story: Story, name: str, seen: set[int]) -> list[str]:
    """Everything that tells of the matching, and the lists and searches of it: also what the person is never shown, for
    addresses are guessed."""
    found = [reverse(f"portal:{one}") for one in ("home", "partnership-list", "partnerships-csv")]
    found.append(reverse("portal:call-detail", args=[story.made.call.code]))
    found += [reverse(f"portal:{one}") for one in ("start", "dashboard", "partnership-health")]
    found.append(reverse("applications:application-list"))
    for application in (story.made.leuven, story.made.karongi):
        found += _each(
            ("application-detail", "application-history"), [application.reference], "applications:"
        )
    scenarios = _references(Scenario)
    found += _each(("scenario-detail", "scenario-letters"), dict.fromkeys([*scenarios[:1], *scenarios[-1:]]))
    found += _each(("proposal-detail",), _references(Proposal))
    for row in Partnership.objects.order_by("pk"):
        found += _of_partnership(row, whole=row.north == story.made.world.leuven)
    for report in GeneratedReport.objects.all():
        found.append(reverse("documents:report-file", args=[report.uid]))
    return found + (_of_desk(story, name, seen) if name in DESK else _behind_the_desk())


def _references(model: type[Any]) -> list[str]:
    return list(model.objects.order_by("pk").values_list("reference", flat=True))


def _each(pages: Iterable[str], references: Iterable[str], room: str = "matching:") -> list[str]:
    return [reverse(f"{room}{page}", args=[one]) for one in references for page in pages]


def _of_partnership(row: Partnership, *, whole: bool) -> list[str]:
    hub = reverse("portal:partnership-hub", args=[row.reference])
    if not whole:
        return [hub, *_each(("partnership-course", "partnership-agreement"), [row.reference])]
    pages = ("plan", "plan-review", "team", "agreement", "course", "decisions", "hand-over")
    found = [hub, *_each([f"partnership-{page}" for page in pages], [row.reference])]
    found.append(reverse("budget:budget-detail", args=[row.reference]))
    papers = StoredFile.objects.filter(name__startswith="leak").values_list("uid", flat=True)
    return found + [
        reverse("matching:partnership-decision-file", args=[row.reference, uid]) for uid in papers
    ]


def _behind_the_desk() -> list[str]:
    """For who has no desk: one of each."""
    found = [reverse("admin:matching_proposal_changelist")]
    for row in Scenario.objects.order_by("pk")[:1]:
        found.append(reverse("admin:matching_scenario_room", args=[row.reference]))
        found.append(reverse("admin:matching_scenario_pairs_file", args=[row.reference]) + "?form=csv")
    return found


def _of_desk(story: Story, name: str, seen: set[int]) -> list[str]:
    found = [reverse("admin:index")]
    for model, words in (
        ("matching_scenario", ("leuven",)),
        ("matching_proposal", ("leuven",)),
        ("matching_partnership", ("karongi",)),
        ("applications_application", ()),
        ("applications_conflictdeclaration", ()),
        ("notifications_outgoingmail", ("PRO",)),
        ("documents_job", ()),
        ("documents_storedfile", ("paper",)),
    ):
        address = reverse(f"admin:{model}_changelist")
        found += [address, *(f"{address}?q={word}" for word in words)]
    scenarios = list(Scenario.objects.order_by("pk"))
    for row in scenarios[:1]:
        found += _of_room(story, row)
    for row in scenarios[1:][-1:]:
        found.append(reverse("admin:matching_scenario_room", args=[row.reference]))
    said = ConflictDeclaration.objects.exclude(words="").order_by("pk")[:1]
    found += [reverse("admin:applications_conflictdeclaration_change", args=[row.pk]) for row in said]
    for model, rows in (("proposal", Proposal.objects), ("partnership", Partnership.objects)):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        found += [reverse(f"admin:matching_{model}_change", args=[key]) for key in keys]
        found += [reverse(f"admin:matching_{model}_history", args=[key]) for key in keys[:1]]
    found += [reverse("admin:documents_job_change", args=[row.pk]) for row in Job.objects.order_by("pk")[:1]]
    return found + _of_mail(name, seen)


def _of_mail(name: str, seen: set[int]) -> list[str]:
    """One of each mail that tells of a pair or holds words of the story, those that are new since the last look; for
    who has no mail log one of all."""
    told = Q(body_text__contains="LEAK-") | Q(target__startswith="PRO-") | Q(kind="match_unmatched")
    rows = OutgoingMail.objects.filter(told).order_by("kind", "target", "-pk").distinct("kind", "target")
    new = [row.pk for row in rows if row.pk not in seen]
    seen.update(new)
    wanted = new if name in MAIL_LOG else new[:1]
    return [reverse("admin:notifications_outgoingmail_change", args=[key]) for key in wanted]


def _of_room(story: Story, row: Scenario) -> list[str]:
    made = story.made
    pages = ("room", "pairs", "alternatives", "compare", "weights", "settings", "job")
    found = {one: reverse(f"admin:matching_scenario_{one}", args=[row.reference]) for one in pages}
    file = reverse("admin:matching_scenario_pairs_file", args=[row.reference])
    for north, south in ((made.leuven, made.karongi), (made.gent, made.nikki)):
        found[south.reference] = f"{found['room']}?pair={north.reference}.{south.reference}"
    beside = "&".join(f"beside={one}" for one in _references(Scenario) if one != row.reference)
    found["compare"] += f"?{beside}"
    return [*found.values(), f"{file}?form=csv", f"{file}?form=xlsx"]


def _text(answer: Any) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    if content[:2] == b"PK":
        book = load_workbook(io.BytesIO(content))
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
    if content[:4] == b"%PDF":
        return "LEAK-CONTENT"
    return _ONE_TIME.sub("", content.decode("utf-8-sig"))
