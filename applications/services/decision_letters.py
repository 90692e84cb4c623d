"""Letters on decisions: the words of a call filled in for one municipality, each person in their own language."""

import re
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from applications.enums import CallTextKind, DecisionOutcome
from applications.letters import Words, fill
from applications.models import Application, Decision
from applications.selectors.call_texts import Texts
from applications.selectors.decision_points import points_of
from applications.selectors.letters import LetterCase
from applications.selectors.staff import staff_of
from applications.services.letters import mail_context
from applications.services.mail_preview import MailPreview
from sdgpartners.core.display import format_date
from sdgpartners.notifications.rendering import render_mail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language

# The mail of each letter. Of all these the newest alone holds for a person and an application.
MAIL_OF = {
    CallTextKind.LETTER_SELECTED: "decision_selected",
    CallTextKind.LETTER_RESERVE: "decision_reserve",
    CallTextKind.LETTER_REJECTED: "decision_rejected",
    CallTextKind.LETTER_PROMOTED: "decision_promoted",
    CallTextKind.LETTER_LAPSED: "decision_lapsed",
}
MAILS = tuple(MAIL_OF.values())
# What reminds of a letter, or gives more time for its answer, is over once another letter holds.
REMINDER = "decision_unconfirmed"
PROLONGED = "decision_prolonged"
_BREAKS = re.compile(r"\s*[\r\n]\s*")
_ASKS = frozenset({CallTextKind.LETTER_SELECTED, CallTextKind.LETTER_PROMOTED})


@dataclass(frozen=True, slots=True)
class Replaced:
    """A letter that no longer holds: of which day, and why there is a new one."""

    day: date
    reason: str


def queue_letter(
    case: LetterCase, *, texts: Texts, actor: User | None, replaced: Replaced | None = None
) -> int:
    """Queue the letter for everybody who works for the municipality, in the caller's transaction; how many.

    Earlier letters on the same application that have not gone out never do.
    """
    words = {language: letter_words(case, texts, language) for language in case.languages}
    for person in case.people:
        queue_mail(
            kind=MAIL_OF[case.kind],
            recipient=person,
            link=letter_link(case),
            target=case.application.reference,
            context=_context(case, words[person.language], replaced),
            actor=actor,
            replaces=(*MAILS, REMINDER, PROLONGED),
        )
    return len(case.people)


def queue_more_time(application: Application, *, day: date, lapsed: bool, actor: User) -> int:
    """Queue the mail that a place can be confirmed until `day`, also where it had `lapsed`, for everybody who works for
    the municipality; how many. What said that it lapsed, or reminds of the former day, no longer goes."""
    people = list(staff_of(application))
    for person in people:
        queue_mail(
            kind=PROLONGED,
            recipient=person,
            link=reverse("applications:decision-confirm", args=(application.reference,)),
            target=application.reference,
            context=mail_context(application) | {"day": day, "lapsed": lapsed},
            actor=actor,
            replaces=(PROLONGED, REMINDER, MAIL_OF[CallTextKind.LETTER_LAPSED]),
        )
    return len(people)


def preview_letter(case: LetterCase, *, texts: Texts, replaced: Replaced | None = None) -> list[MailPreview]:
    """The letter as it would go out, in each language of the people who get it; in all three where nobody would."""
    found = case.languages
    languages = [Language(code) for code in sorted(found)] or list(Language)
    return [
        MailPreview(
            language=language,
            mail=render_mail(
                kind=MAIL_OF[case.kind],
                language=language,
                zone=case.application.call.time_zone,
                link=letter_link(case),
                context=_context(case, letter_words(case, texts, language), replaced) | {"recipient": None},
            ),
            count=found.get(language.value, 0),
        )
        for language in languages
    ]


def letter_link(case: LetterCase) -> str:
    """The page where the municipality reads the decision and answers."""
    return reverse("applications:decision-confirm", args=(case.application.reference,))


def letter_words(case: LetterCase, texts: Texts, language: str) -> Words:
    """Subject and text of the letter in `language`, filled in."""
    written = texts[case.kind, language]
    with override(language):
        values = _values(case)
    return Words(subject=fill(written.subject, values), body=fill(written.body, values))


def _context(case: LetterCase, words: Words, replaced: Replaced | None) -> dict[str, object]:
    return {
        "letter": words,
        "asks": case.kind in _ASKS,
        "replaced": replaced,
        "is_demo": case.application.call.programme.is_fictional,
    }


def _values(case: LetterCase) -> dict[str, str]:
    """What fills the braces, in the active language."""
    told = _told(case)
    days = [row.confirm_by for row in told if row.confirm_by is not None]
    countries = [row.track.partner_country.country.name for row in told]
    return {
        "municipality": case.application.municipality.name,
        "call": case.application.call.title,
        "reference": case.application.reference,
        "countries": get_text_list(countries, _("and")),
        # Several tracks, several days: as long as one of them runs, the municipality confirms.
        "confirm_by": format_date(max(days)) if days else "",
        "points": "\n\n".join(block for row in case.decisions for block in _blocks(row)),
    }


def _told(case: LetterCase) -> list[Decision]:
    """The decisions that the letter is about: those with the application's outcome."""
    best = case.decisions[0].outcome
    return [row for row in case.decisions if row.outcome == best]


def _blocks(decision: Decision) -> list[str]:
    """A decision in paragraphs: outcome and total, a list of the criteria, what was written in general."""
    points = points_of(decision)
    head = _("%(country)s, %(theme)s: %(outcome)s.") % {
        "country": decision.track.partner_country.country.name,
        "theme": decision.track.theme.title,
        "outcome": DecisionOutcome(decision.outcome).label,
    }
    if decision.total is not None:
        counted = {"total": number_format(decision.total, 2), "bonus": number_format(points.bonus, 2)}
        with_bonus, plain = _("%(total)s of 100, bonus of %(bonus)s included."), _("%(total)s of 100.")
        head = f"{head} " + (with_bonus if points.bonus else plain) % counted
    blocks = [head]
    lines = []
    for row in points.criteria:
        if row.figure is None:
            line = _("%(criterion)s: does not apply.") % {"criterion": row.criterion.title}
        else:
            below, plain = (
                _("%(criterion)s: %(figure)s of 100, below the minimum."),
                _("%(criterion)s: %(figure)s of 100."),
            )
            line = (below if row.is_below else plain) % {
                "criterion": row.criterion.title,
                "figure": number_format(row.figure, 2),
            }
        # A letter's list has one line an entry.
        lines.append(_BREAKS.sub(" ", f"- {line} {row.feedback}").strip())
    if lines and decision.total is not None:
        blocks.append("\n".join(lines))
    if decision.reason:
        blocks.append(_("Reason: %(reason)s") % {"reason": decision.reason})
    if decision.feedback:
        blocks.append(decision.feedback.strip())
    return blocks
