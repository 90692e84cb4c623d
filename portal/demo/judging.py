"""How a round is judged: who reads what, what everybody scores, and what is decided of it."""

from collections.abc import Collection, Iterable, Mapping

from applications.enums import ApplicationStatus, DecisionOutcome, Outcome, ReviewStatus
from applications.models import Application, Decision, Review
from applications.review_input import ScoreInput
from applications.services.assignment import assign_reviewers
from applications.services.conflicts import agree_to_confidentiality, declare_interest
from applications.services.decisions import (
    confirm_participation,
    decide_by_hand,
    prepare_decisions,
    release_decisions,
)
from applications.services.reviews import save_scores, submit_review
from portal.demo.remarks import REMARKS
from portal.demo.rounds import Round
from sdgpartners.core import clock

# A mark that is not given yet.
OPEN = "-"
STRONG, WEAK = 3, 1
TIE = (DecisionOutcome.RESERVE, "Panel: gelijke stand, in volgorde van indiening.")


def judge(made: Round) -> None:
    """Everything from the reviewers to the municipalities that confirm, without anything out of the ordinary."""
    give_out(made)
    with clock.at(made.day(6)):
        open_files(reviews_of(made))
    places = _places(made)
    with clock.at(made.day(12)):
        for number, review in enumerate(reviews_of(made)):
            hand_in(review, _some_marks(places[review.application_id], number))
    with clock.at(made.day(20)):
        prepare(made)
        release(made)
    with clock.at(made.day(26)):
        confirm(made)


def give_out(made: Round) -> None:
    """Reviewers get their applications."""
    with clock.at(made.day(5)):
        for track in made.tracks:
            assign_reviewers(track=track, actor=made.people["vvsg"])


def reviews_of(made: Round) -> list[Review]:
    """All reviews of the round that did not end, in the order in which they were given out."""
    rows = Review.objects.filter(application__call=made.call).exclude(status=ReviewStatus.RECUSED)
    return list(
        rows.select_related("application__municipality", "application__call", "reviewer", "track__partner_country")
        .order_by("pk")
    )  # fmt: skip


def open_files(reviews: Iterable[Review]) -> None:
    """Their readers agree to confidentiality, and have nothing to do with the municipality; once for all
    tracks."""
    said = {(review.reviewer, review.application) for review in reviews}
    for reviewer, application in sorted(said, key=lambda pair: (pair[1].pk, pair[0].pk)):
        agree_to_confidentiality(call=application.call, actor=reviewer, language=reviewer.language)
        declare_interest(application=application, actor=reviewer)


def account_of(review: Review) -> str:
    """Who writes it, by the part of the address before the @."""
    return review.reviewer.email.partition("@")[0]


def write(review: Review, marks: str, *, comment: str = "", private_note: str | None = None) -> Review:
    """Save the sheet: one mark a criterion, in their order; what stands out gets a remark."""
    words = REMARKS[account_of(review)]
    given = {}
    for criterion, mark in zip(review.track.criteria.order_by("order"), marks, strict=True):
        if mark != OPEN:
            strong, weak = words[criterion.code]
            value = int(mark)
            said = strong if value >= STRONG else weak if value <= WEAK else ""
            given[criterion.pk] = ScoreInput(value=value, comment=said)
    return save_scores(
        review=review, scores=given, comment=comment, private_note=private_note, version=review.version,
        actor=review.reviewer,
    )  # fmt: skip


def hand_in(review: Review, marks: str, *, comment: str = "") -> None:
    """Write the sheet and submit it."""
    submit_review(review=write(review, marks, comment=comment), actor=review.reviewer)


def _places(made: Round) -> dict[int, int]:
    """The order in which applications came, not the primary key: the story is the same in any database."""
    came = Application.objects.filter(call__programme=made.programme).order_by("pk")
    return {pk: place for place, pk in enumerate(came.values_list("pk", flat=True), start=1)}


def _some_marks(place: int, number: int) -> str:
    return "".join(str(1 + (place * 5 + criterion * 2 + number % 2) % 3) for criterion in range(6))


def prepare(made: Round, settled: Mapping[str, tuple[DecisionOutcome, str]] | None = None) -> None:
    """The ranking fixed; ties settled by the panel, by municipality."""
    for track in made.tracks:
        prepare_decisions(track=track, actor=made.people["vvsg"])
    tied = Decision.objects.filter(track__call=made.call, ranked_as=Outcome.PANEL)
    for decision in tied.select_related("application__municipality").order_by("rank", "pk"):
        outcome, reason = (settled or {}).get(decision.application.municipality.name, TIE)
        decide_by_hand(decision=decision, outcome=outcome, reason=reason, actor=made.people["vvsg"])


def release(made: Round) -> None:
    """All letters at once."""
    release_decisions(call=made.call, actor=made.people["vvsg"])
    made.call.refresh_from_db()


def confirm(made: Round, *, but: Collection[str] = ()) -> None:
    """The selected confirm, but those who have not answered."""
    selected = Application.objects.filter(call=made.call, status=ApplicationStatus.SELECTED)
    for application in selected.select_related("municipality").exclude(municipality__name__in=but):
        signatory = made.staff[application.municipality.name].signatory
        confirm_participation(application=application, actor=signatory)
