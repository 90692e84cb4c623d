"""The letters that the release, or a step after it, would send, without taking it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from applications.enums import CallTextKind, DecisionOutcome
from applications.models import Application, Decision
from applications.selectors.call_texts import texts_of
from applications.selectors.decision_points import best_outcome, in_order
from applications.selectors.letters import LETTER_OF_OUTCOME, LetterCase, letter_cases
from applications.selectors.places import day_of_letter, day_to_confirm
from applications.services.decision_letters import Replaced, preview_letter
from applications.services.mail_preview import MailPreview


def preview_release(case: LetterCase) -> list[MailPreview]:
    """The letter of the release as it would go out today; who is selected reads by when to confirm."""
    call = case.application.call
    for row in case.decisions:
        if row.outcome == DecisionOutcome.SELECTED:
            row.confirm_by = day_to_confirm(call, ())
    return preview_letter(case, texts=texts_of(call))


def mark_of(previews: Iterable[MailPreview]) -> str:
    """A short mark of what a page showed: another one means that other letters would go out now."""
    told = [(one.language.value, one.mail.subject, one.mail.text, one.count) for one in previews]
    return sha256(repr(told).encode()).hexdigest()[:20]


def preview_lapse(
    application: Application, moving: Sequence[Decision]
) -> list[tuple[Application, list[MailPreview]]]:
    """The letter that tells that the place has lapsed, and those that offer it to who moves up; the applications come
    with their call. A bounded number of statements."""
    cases = letter_cases([application, *(row.application for row in moving)])
    lapsed, *offered = cases
    letters = [replace(lapsed, kind=CallTextKind.LETTER_LAPSED)]
    letters += [_offer(case, row, "") for case, row in zip(offered, moving, strict=True)]
    texts = texts_of(application.call)
    return [(case.application, preview_letter(case, texts=texts)) for case in letters]


def preview_promotion(decision: Decision, reason: str = "") -> list[MailPreview]:
    """The letter that offers a place to one on the reserve list, with the reason where it is not simply the first."""
    case = letter_cases([decision.application])[0]
    return preview_letter(_offer(case, decision, reason), texts=texts_of(decision.application.call))


def _offer(case: LetterCase, decision: Decision, reason: str) -> LetterCase:
    told = _with(case, decision, DecisionOutcome.SELECTED, reason)
    return replace(told, kind=CallTextKind.LETTER_PROMOTED)


def preview_change(decision: Decision, outcome: DecisionOutcome, reason: str) -> list[MailPreview]:
    """The letter that a changed decision would send, with the one that it would replace."""
    call = decision.application.call
    day = day_of_letter(call, decision.application.decisions.all())
    case = _with(letter_cases([decision.application])[0], decision, outcome, reason)
    return preview_letter(case, texts=texts_of(call), replaced=Replaced(day, reason.strip()))


def _with(case: LetterCase, decision: Decision, outcome: DecisionOutcome, reason: str) -> LetterCase:
    """The letter of the application as if `decision` said `outcome`; nothing is stored."""
    call = decision.application.call
    for row in case.decisions:
        if row.pk == decision.pk:
            others = [one for one in case.decisions if one.pk != decision.pk]
            row.outcome, row.reason = outcome, reason.strip()
            row.confirm_by = day_to_confirm(call, others) if outcome == DecisionOutcome.SELECTED else None
    decisions = in_order(case.decisions)
    return replace(case, decisions=tuple(decisions), kind=LETTER_OF_OUTCOME[best_outcome(decisions)])
