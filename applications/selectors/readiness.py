"""What still keeps a call from being announced, in words for whoever makes it."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind, Section
from applications.fields import Text
from applications.models import Call, Question, Track
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import SouthernEntry

_name = lazy(str, str)


def condition_problem(question: Question) -> Text | None:
    """What is wrong with the condition under which `question` is shown; None when there is none, or nothing.

    A condition looks at an earlier choice question of the same section, which everybody gets who gets this
    one, and names answers that it has.
    """
    other = question.shown_if
    if other is None:
        return _("Choose the question that the answers belong to.") if question.shown_if_choices else None
    if other.call_id != question.call_id or other.section != question.section:
        return _("The condition looks at a question of another section.")
    if other.kind != QuestionKind.CHOICE:
        return _("The condition looks at a question that is not a choice.")
    if other.pk == question.pk or other.order >= question.order:
        return _("The condition looks at a question that does not come before this one.")
    if other.side not in ("", question.side) or (question.in_profile and not other.in_profile):
        return _("The condition looks at a question that not everybody gets who gets this one.")
    return _codes_problem(question, other)


def _codes_problem(question: Question, other: Question) -> Text | None:
    if not question.shown_if_choices:
        return _("The condition names no answer.")
    codes = {choice.code for choice in other.choices.all()}
    unknown = [code for code in question.shown_if_choices if code not in codes]
    if not unknown:
        return None
    return format_lazy(
        _("The condition names answers that do not exist: {unknown}. There are: {codes}."),
        unknown=", ".join(unknown),
        codes=", ".join(sorted(codes)),
    )


def kind_problem(question: Question) -> Text | None:
    """What is set for `question` that its kind does not have; None when nothing."""
    kind = question.kind
    if question.word_limit is not None and kind != QuestionKind.TEXT:
        return _("Only a text has a word limit.")
    if question.word_limit == 0:
        return _("A word limit is at least 1.")
    numbers = (question.number_min, question.number_max)
    if kind != QuestionKind.NUMBER and any(number is not None for number in numbers):
        return _("Only a number has a smallest and a largest value.")
    if question.choices_max is not None and kind not in (QuestionKind.GOALS, QuestionKind.FILE):
        return _("Only goals, targets and files have a most.")
    return None


def call_problems(call: Call) -> list[Text]:
    """Everything that keeps the call from being published, its dates apart; empty when it is ready. A bounded
    number of statements."""
    tracks = list(
        call.tracks.select_related("partner_country__country", "theme").prefetch_related(
            "criteria__anchors", "theme__subthemes", "eligible"
        )
    )
    questions = list(
        call.questions.select_related("shown_if").prefetch_related("choices", "shown_if__choices")
    )
    problems: list[Text] = [] if tracks else [_("The call has no track.")]
    problems += _untold(call, _("The call"), "title", "summary")
    for track in tracks:
        problems += _problems_of_track(track)
    if not any(question.section == Section.MOTIVATION for question in questions):
        problems.append(_("The call has no question on motivation."))
    for question in questions:
        problems += _problems_of_question(question)
    return problems + list(_problems_of_commitments(call, tracks))


def _problems_of_track(track: Track) -> Iterator[Text]:
    country = _name(track.partner_country.country)
    criteria = list(track.criteria.all())
    if not track.places:
        yield format_lazy(_("The track of {country} has no places."), country=country)
    if not criteria:
        yield format_lazy(_("The track of {country} has no criteria."), country=country)
    if not track.theme.subthemes.all():
        yield format_lazy(_("The theme of {country} has no subthemes to offer and ask."), country=country)
    if not _match_weight(track):
        yield format_lazy(_("The matching of {country} has no weights."), country=country)
    for place in track.eligible.all():
        wrong = place.country_id != track.partner_country.country_id
        if wrong or place.is_test or place.successor_id is not None:
            yield format_lazy(
                _("On the list of {country} stands {place}, which is not a municipality of today there."),
                country=country,
                place=place.name,
            )
    yield from _untold(track.theme, format_lazy(_("The theme of {country}"), country=country), "title")
    for criterion in criteria:
        what = format_lazy(_("The criterion “{title}”"), title=_name(criterion))
        yield from _untold(criterion, what, "title", may_be_empty=("help",))
        for anchor in criterion.anchors.all():
            yield from _untold(anchor, what, "text")


def _match_weight(track: Track) -> int:
    return sum(
        getattr(track, field.name)
        for field in track._meta.concrete_fields
        if field.name.startswith("match_weight_")
    )


def _problems_of_question(question: Question) -> Iterator[Text]:
    what = format_lazy(_("The question “{label}”"), label=_name(question))
    choices = list(question.choices.all())
    if question.kind == QuestionKind.CHOICE and not choices:
        yield format_lazy(_("{what} has no answers to choose from."), what=what)
    if question.kind == QuestionKind.TEXT and question.word_limit is None:
        yield format_lazy(_("{what} has no word limit."), what=what)
    for problem in (kind_problem(question), condition_problem(question)):
        if problem is not None:
            yield format_lazy("{what}: {problem}", what=what, problem=problem)
    yield from _untold(question, what, "label", may_be_empty=("help",))
    for choice in choices:
        yield from _untold(choice, what, "label")


def _problems_of_commitments(call: Call, tracks: list[Track]) -> Iterator[Text]:
    commitments = list(call.commitments.all())
    short = any(track.entry != SouthernEntry.FULL for track in tracks)
    if not any(commitment.in_profile or not short for commitment in commitments):
        yield _("The call has no commitments to accept.")
    for commitment in commitments:
        yield from _untold(commitment, _("A commitment"), "text")


def _untold(row: Any, what: Text, *names: str, may_be_empty: tuple[str, ...] = ()) -> Iterator[Text]:
    """Texts of `row` that are missing in one of the languages; those in `may_be_empty` may be so in all."""
    for name in (*names, *may_be_empty):
        texts = [getattr(row, f"{name}_{language}").strip() for language in LANGUAGE_CODES]
        if all(texts) or (name in may_be_empty and not any(texts)):
            continue
        missing = [code.upper() for code, text in zip(LANGUAGE_CODES, texts, strict=True) if not text]
        yield format_lazy(_("{what} misses a text in {languages}."), what=what, languages=", ".join(missing))
