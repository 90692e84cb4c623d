"""What still keeps a call from being announced, in words for whoever makes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind, Section
from applications.fields import Text
from applications.models import Call, Commitment, Question, Track
from applications.selectors.grid import grid_input, grid_problems
from sdgpartners.core import clock
from sdgpartners.core.display import labelled
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import SouthernEntry

_name = lazy(str, str)
_labelled = lazy(labelled, str)
FULL_WEIGHT = 100


class CallTopic(TextChoices):
    """What a call is made of, in the order of its page at the desk."""

    TEXTS = "texts", _("Title and summary")
    DATES = "dates", _("Dates")
    RULES = "rules", _("Rules")
    TRACKS = "tracks", _("Tracks")
    CRITERIA = "criteria", _("Criteria")
    QUESTIONS = "questions", _("Questions")
    COMMITMENTS = "commitments", _("Commitments")


@dataclass(frozen=True)
class CallParts:
    """The rows of a call, read at once."""

    call: Call
    tracks: list[Track]
    questions: list[Question]
    commitments: list[Commitment]


@dataclass(frozen=True)
class Check:
    """One topic of a call: `problems` keep it from being published, `hints` may be meant so."""

    topic: CallTopic
    problems: tuple[Text, ...]
    hints: tuple[Text, ...] = ()


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
    with_ends = kind in (QuestionKind.NUMBER, QuestionKind.DATE)
    if not with_ends and any(number is not None for number in numbers):
        return _("Only a number or a date has a smallest and a largest value.")
    if question.choices_max is not None and kind not in (QuestionKind.GOALS, QuestionKind.FILE):
        return _("Only goals, targets and files have a most.")
    return None


def read_parts(call: Call) -> CallParts:
    """Tracks with country, associations, theme, list, criteria and anchors; questions with answers and condition; the
    commitments. A bounded number of statements."""
    tracks = call.tracks.select_related(
        "partner_country__country",
        "partner_country__association",
        "partner_country__programme__lead_association",
        "theme",
    ).prefetch_related("criteria__anchors", "theme__subthemes", "eligible")
    questions = call.questions.select_related("shown_if").prefetch_related("choices", "shown_if__choices")
    return CallParts(call, list(tracks), list(questions), list(call.commitments.all()))


def call_problems(call: Call) -> list[Text]:
    """Everything that keeps the call from being published; empty when it is ready. What publish_call asks."""
    return [problem for check in call_checks(read_parts(call)) for problem in check.problems]


def call_checks(parts: CallParts) -> list[Check]:
    """Each topic with what is still missing and what deserves a second look. No statements."""
    call, tracks = parts.call, parts.tracks
    countries: list[Text] = [] if tracks else [_("The call has no track.")]
    for track in tracks:
        countries += _problems_of_track(track)
    countries += _problems_of_contacts(tracks)
    criteria = [problem for track in tracks for problem in _problems_of_criteria(track)]
    return [
        Check(CallTopic.TEXTS, tuple(_untold(call, _("The call"), "title", "summary"))),
        Check(CallTopic.DATES, tuple(_problems_of_dates(call)), tuple(_hints_of_dates(call))),
        Check(CallTopic.RULES, tuple(review_plan_problems(call))),
        Check(CallTopic.TRACKS, tuple(countries), tuple(_hints_of_tracks(tracks))),
        Check(CallTopic.CRITERIA, tuple(criteria), tuple(_hints_of_criteria(tracks))),
        Check(CallTopic.QUESTIONS, tuple(_problems_of_questions(parts.questions))),
        Check(CallTopic.COMMITMENTS, tuple(_problems_of_commitments(parts.commitments, tracks))),
    ]


def _problems_of_dates(call: Call) -> Iterator[Text]:
    if call.closes_at <= clock.now():
        yield _("The closing date has passed.")
    closing = call.closes_at.astimezone(ZoneInfo(call.time_zone)).date()
    decisions, start = call.decisions_planned_on, call.start_planned_on
    if call.info_session_at is not None and call.info_session_at > call.closes_at:
        yield _("The information session comes after the closing.")
    if decisions is not None and decisions < closing:
        yield _("The decisions are planned before the call closes.")
    if start is not None and start < (decisions or closing):
        yield _("The partnerships would start before the decisions or the closing.")


def _hints_of_dates(call: Call) -> Iterator[Text]:
    if call.opens_at <= clock.now() < call.closes_at:
        yield _("The opening lies in the past: the call opens the moment that it is published.")
    if call.decisions_planned_on is None:
        yield _("No date is announced for the decisions.")
    if call.info_session_at is not None and not call.info_session_url:
        yield _("The information session has no address yet.")


def review_plan_problems(call: Call) -> Iterator[Text]:
    """What does not fit in how many reviews the call wants, from whom and by when."""
    if call.association_reviewers > call.reviewers_per_application:
        yield _("More reviewers of the association of the country are wanted than reviewers in all.")
    due = call.reviews_due_on
    if due is None:
        return
    if due < call.closes_at.astimezone(ZoneInfo(call.time_zone)).date():
        yield _("The reviews are due before the call closes.")
    if call.decisions_planned_on is not None and due > call.decisions_planned_on:
        yield _("The reviews are due after the day that is planned for the decisions.")


def _problems_of_track(track: Track) -> Iterator[Text]:
    country = _name(track.partner_country.country)
    if not track.places:
        yield format_lazy(_("The track of {country} has no places."), country=country)
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


def _problems_of_contacts(tracks: list[Track]) -> Iterator[Text]:
    """Whoever has a question about a call has to find an address: the lead's, and that of each country."""
    asked = {}
    for country in (track.partner_country for track in tracks):
        for association in (country.programme.lead_association, country.association):
            asked[association.pk] = association
    for association in asked.values():
        if not association.email:
            yield format_lazy(
                _(
                    "{association} has no e-mail address for questions. Its coordinators fill it in at the desk, "
                    "under Associations."
                ),
                association=association.acronym,
            )


def _hints_of_tracks(tracks: list[Track]) -> Iterator[Text]:
    for track in tracks:
        if not track.eligible.all():
            country = _name(track.partner_country.country)
            yield format_lazy(
                _("{country} has no list: all its municipalities may take part."), country=country
            )


def _problems_of_criteria(track: Track) -> Iterator[Text]:
    criteria = list(track.criteria.all())
    if not criteria:
        country = _name(track.partner_country.country)
        yield format_lazy(_("The track of {country} has no criteria."), country=country)
    for problem in grid_problems(criteria, grid_input(criteria, track.call)) if criteria else ():
        country = _name(track.partner_country.country)
        yield format_lazy(_("The track of {country}: {problem}"), country=country, problem=problem)
    for criterion in criteria:
        what = format_lazy(_("The criterion “{title}”"), title=_name(criterion))
        yield from _untold(criterion, what, "title", may_be_empty=("help",))
        for anchor in criterion.anchors.all():
            yield from _untold(anchor, what, "text")


def _hints_of_criteria(tracks: list[Track]) -> Iterator[Text]:
    for track in tracks:
        country, criteria = _name(track.partner_country.country), list(track.criteria.all())
        for criterion in criteria:
            if not criterion.anchors.all():
                yield format_lazy(
                    _("The criterion “{title}” of {country} does not say what a score means."),
                    title=_name(criterion),
                    country=country,
                )


def _match_weight(track: Track) -> int:
    return sum(
        getattr(track, field.name)
        for field in track._meta.concrete_fields
        if field.name.startswith("match_weight_")
    )


def _problems_of_questions(questions: list[Question]) -> Iterator[Text]:
    if not any(question.section == Section.MOTIVATION for question in questions):
        yield _("The call has no question on motivation.")
    for question in questions:
        yield from _problems_of_question(question)


def _problems_of_question(question: Question) -> Iterator[Text]:
    what = format_lazy(_("The question “{label}”"), label=_name(question))
    choices = list(question.choices.all())
    if question.kind == QuestionKind.CHOICE and not choices:
        yield format_lazy(_("{what} has no answers to choose from."), what=what)
    if question.kind == QuestionKind.TEXT and question.word_limit is None:
        yield format_lazy(_("{what} has no word limit."), what=what)
    for problem in (kind_problem(question), condition_problem(question)):
        if problem is not None:
            yield _labelled(what, problem)
    yield from _untold(question, what, "label", may_be_empty=("help",))
    for choice in choices:
        yield from _untold(choice, what, "label")


def _problems_of_commitments(commitments: list[Commitment], tracks: list[Track]) -> Iterator[Text]:
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
