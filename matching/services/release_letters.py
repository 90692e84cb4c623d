"""The letters of a release: to every municipality in a pair, and to those left unmatched with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import override

from applications.models import Application, Call
from applications.services.mail_preview import MailPreview
from matching.models import PairScore, Proposal, Scenario
from matching.selectors.candidates import matchable
from matching.selectors.recipients import staff_of
from matching.sentences import parts_in_words, unmatched_in_words
from sdgpartners.core.display import format_date
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.rendering import render_mail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language

PROPOSED, UNMATCHED = "proposal_released", "match_unmatched"
EXAMPLE = "PRO"
"""Stands in a preview where the reference of the proposal will be."""


@dataclass(frozen=True)
class Letter:
    """What one municipality gets: the pair that is proposed to it with the day to answer by, or the code of the reason
    why it has no partner. `people` are those who get it, each in their language: nobody where it was told before."""

    kind: str
    call: Call
    application: Application
    people: Sequence[User]
    pair: PairScore | Proposal | None = None
    reason: str = ""
    accept_by: date | None = None
    told_before: bool = False

    def context(self) -> dict[str, Any]:
        """What the mail says, in the language that is active."""
        mine = self.application.municipality
        given: dict[str, Any] = {"municipality": mine.name, "call": self.call.title}
        given["is_demo"] = self.call.programme.is_fictional
        if self.pair is None:
            return {**given, "reason": unmatched_in_words(self.reason)}
        north = self.application.pk == self.pair.north_id
        partner = (self.pair.south if north else self.pair.north).municipality
        country = self.pair.track.partner_country
        helper = country.programme.lead_association if north else country.association
        parts = parts_in_words(self.pair.parts, scores=False)
        return {
            **given,
            "partner": partner.name,
            "country": str(partner.country),
            "theme": str(self.pair.track.theme),
            "association": str(helper),
            "reasons": [part.sentence for part in parts if part.points is not None],
            "accept_by": format_date(self.accept_by) if self.accept_by else "",
        }

    @property
    def link(self) -> str:
        """The page of the proposal; of one that is not made yet, and without a pair, the start page."""
        if isinstance(self.pair, Proposal):
            return reverse("matching:proposal-detail", args=[self.pair.reference])
        return reverse("portal:start")


def letters_of(
    scenario: Scenario, pairs: Iterable[PairScore | Proposal], accept_by: date | None
) -> list[Letter]:
    """The letters of a release, pairs first, those left unmatched by name after them; five statements. Who left the
    call since it was solved gets none; who heard it already, and was proposed nobody since, gets no second one."""
    reasons = {row["id"]: row["reason"] for row in scenario.result.get("unmatched", [])}
    call, rows = scenario.call, list(pairs)
    left = list(matchable(call).filter(reference__in=reasons).select_related("municipality__country"))
    sides = [(row, application) for row in rows for application in (row.north, row.south)]
    staff = staff_of(row.municipality for row in (*(one for _pair, one in sides), *left))
    proposed = [
        Letter(PROPOSED, call, one, staff.get(one.municipality_id, []), pair, accept_by=accept_by)
        for pair, one in sides
    ]
    told = _told_before(left)
    unmatched = [
        Letter(
            UNMATCHED,
            call,
            one,
            [] if one.pk in told else staff.get(one.municipality_id, []),
            reason=reasons[one.reference],
            told_before=one.pk in told,
        )
        for one in left
    ]
    return [*proposed, *unmatched]


def _told_before(left: Sequence[Application]) -> set[int]:
    """Those of them (primary keys) who read that they have no partner, and were proposed none since; two statements."""
    if not left:
        return set()
    keys = {row.reference: row.pk for row in left}
    sent = OutgoingMail.objects.filter(kind=UNMATCHED, target__in=keys).order_by().values("target")
    told = {keys[row["target"]]: row["last"] for row in sent.annotate(last=Max("created_at"))}
    mine = Q(north__in=told) | Q(south__in=told)
    for north, south, at in Proposal.objects.filter(mine).values_list("north", "south", "created_at"):
        for key in (north, south):
            if key in told and at >= told[key]:
                del told[key]
    return set(told)


def send_letters(letters: Iterable[Letter], actor: User | None) -> None:
    """`proposal_released` and `match_unmatched`, in the caller's transaction."""
    for letter in letters:
        target = letter.pair.reference if isinstance(letter.pair, Proposal) else letter.application.reference
        for person in letter.people:
            with override(person.language):
                context = letter.context()
            queue_mail(
                kind=letter.kind,
                recipient=person,
                link=letter.link,
                target=target,
                context={**context, "reference": target},
                actor=actor,
            )


def preview_letter(letter: Letter) -> list[MailPreview]:
    """The letter in the three languages, with how many get it in each; nothing is stored."""
    found = []
    for language in Language:
        with override(language):
            context = {**letter.context(), "reference": EXAMPLE, "recipient": None}
        mail = render_mail(
            kind=letter.kind, language=language, zone=settings.TIME_ZONE, link=letter.link, context=context
        )
        count = sum(1 for person in letter.people if person.language == language)
        found.append(MailPreview(language=language, mail=mail, count=count))
    return found


def fingerprint(letters: Iterable[Letter]) -> str:
    """A short mark of what the letters say and to whom: another one means that something changed since."""
    mark = sha256()
    read = list(letters)
    for language in Language:
        with override(language):
            for letter in read:
                people = [(row.pk, row.language) for row in letter.people]
                told = (letter.kind, letter.application.pk, letter.context(), people)
                mark.update(repr(told).encode())
    return mark.hexdigest()[:20]
