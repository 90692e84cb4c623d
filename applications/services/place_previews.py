"""The letters that the release, or a step after it, would send, without taking it."""

from dataclasses import replace
from datetime import timedelta

from applications.enums import CallTextKind, DecisionOutcome
from applications.models import Application, Decision
from applications.selectors.call_texts import texts_of
from applications.selectors.decision_points import best_outcome, in_order
from applications.selectors.letters import LETTER_OF_OUTCOME, LetterCase, letter_cases
from applications.selectors.places import day_of_letter, today_of
from applications.services.decision_letters import Replaced, preview_letter
from applications.services.mail_preview import MailPreview


def preview_release(case: LetterCase) -> list[MailPreview]:
    """The letter of the release as it would go out today; who is selected reads by when to confirm."""
    call = case.application.call
    for row in case.decisions:
        if row.outcome == DecisionOutcome.SELECTED:
            row.confirm_by = today_of(call) + timedelta(days=call.confirm_days)
    return preview_letter(case, texts=texts_of(call))


def preview_lapse(application: Application) -> list[MailPreview]:
    """The letter that tells that the place has lapsed."""
    case = letter_cases([application], kind=CallTextKind.LETTER_LAPSED)[0]
    return preview_letter(case, texts=texts_of(application.call))


def preview_promotion(decision: Decision) -> list[MailPreview]:
    """The letter that offers a place to one on the reserve list."""
    case = _with(decision, DecisionOutcome.SELECTED, "")
    return preview_letter(
        replace(case, kind=CallTextKind.LETTER_PROMOTED), texts=texts_of(decision.track.call)
    )


def preview_change(decision: Decision, outcome: DecisionOutcome, reason: str) -> list[MailPreview]:
    """The letter that a changed decision would send, with the one that it would replace."""
    call = decision.track.call
    day = day_of_letter(call, decision.application.decisions.all())
    case = _with(decision, outcome, reason)
    return preview_letter(case, texts=texts_of(call), replaced=Replaced(day, reason))


def _with(decision: Decision, outcome: DecisionOutcome, reason: str) -> LetterCase:
    """The letter of the application as if `decision` said `outcome`; nothing is stored."""
    call = decision.track.call
    case = letter_cases([decision.application])[0]
    for row in case.decisions:
        if row.pk == decision.pk:
            row.outcome = outcome
            row.reason = reason or row.reason
            if outcome == DecisionOutcome.SELECTED:
                row.confirm_by = today_of(call) + timedelta(days=call.confirm_days)
    decisions = in_order(case.decisions)
    return replace(case, decisions=tuple(decisions), kind=LETTER_OF_OUTCOME[best_outcome(decisions)])
