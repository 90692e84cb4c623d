"""The two calls of the story in which judging was not plain: the third, decided, and the fourth, in review now.

The third has a conflict that was declared with somebody who took over, a review that was set aside, a disagreement that
the panel settled with a minute, advice, a tie at the cut line, a place given back and one that nobody confirmed. The
fourth has one country scored by everybody but for a review that was opened again, and one that is being read.
"""

from datetime import timedelta
from decimal import Decimal

from applications.enums import ConflictGround, DecisionOutcome
from applications.models import Review, Track
from applications.selectors.decision_points import CriterionPoints, decisions_with_feedback, points_of
from applications.services.advice import give_advice
from applications.services.assignment import assign_reviewer
from applications.services.conflicts import declare_interest, enter_conflict
from applications.services.decisions import confirm_participation, decline_participation, write_feedback
from applications.services.panel import agree_on_score
from applications.services.places import promote_reserve
from applications.services.review_plan import plan_reviews
from applications.services.reviews import reopen_review
from portal.demo.accounts import join_reviewers
from portal.demo.judging import (
    OPEN,
    account_of,
    confirm,
    give_out,
    hand_in,
    open_files,
    prepare,
    release,
    reviews_of,
    write,
)
from portal.demo.remarks import FEEDBACK
from portal.demo.rounds import Round, working_day
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side

# Marks by municipality, country and account, one a criterion in their order.
THIRD_MARKS = {
    "Brugge BJ reviewer.ancb": "334323", "Brugge BJ reviewer": "333333",
    "Lokeren BJ reviewer.ancb": "333233", "Lokeren BJ reviewer3": "323333",
    "Geel BJ reviewer.ancb": "331332", "Geel BJ reviewer": "334334",
    "Diest BJ reviewer.ancb": "222322", "Diest BJ reviewer": "323222",
    "Brugge RW reviewer2": "333333", "Brugge RW reviewer": "343333",
    "Lokeren RW reviewer2": "333323", "Lokeren RW reviewer3": "334333",
    "Ieper RW reviewer2": "443434", "Ieper RW reviewer": "432333", "Ieper RW reviewer3": "332222",
    "Tienen RW reviewer2": "332222", "Tienen RW reviewer": "432333",
}  # fmt: skip
FOURTH_MARKS = {
    "Vilvoorde BJ reviewer.ancb": "333333", "Vilvoorde BJ reviewer": "334333", "Vilvoorde BJ reviewer3": "332333",
    "Halle BJ reviewer.ancb": "212221", "Halle BJ reviewer": "444343", "Halle BJ reviewer3": "333332",
    "Deinze BJ reviewer.ancb": "334333", "Deinze BJ reviewer": "231223", "Deinze BJ reviewer3": "221222",
    "Vilvoorde RW reviewer3": "333233", "Deinze RW reviewer": "231223",
}  # fmt: skip
BEGUN = "33" + OPEN * 4
STRONG = 60
TIED = {
    "Ieper": (
        DecisionOutcome.SELECTED,
        "Gelijke stand met één andere gemeente. Het panel koos u omdat uw vraag het dichtst bij wat de districten "
        "aanbieden ligt.",
    ),
    "Tienen": (
        DecisionOutcome.RESERVE,
        "Gelijke stand met één andere gemeente, voor de laatste plaats. Het panel zette u vooraan op de reservelijst.",
    ),
}
IN_GENERAL = {
    DecisionOutcome.SELECTED: "De beoordelaars lazen een eerlijk dossier, waar mensen tijd voor krijgen.",
    DecisionOutcome.RESERVE: "De beoordelaars lazen een goede kandidatuur, naast veel andere goede.",
    DecisionOutcome.REJECTED: "Dank u voor uw kandidatuur. Hieronder leest u wat sterk was en wat beter kan.",
}


def _track(made: Round, country: str) -> Track:
    return next(track for track in made.tracks if track.partner_country.country_id == country)


def _key(review: Review) -> str:
    place, country = review.application.municipality.name, review.track.partner_country.country_id
    return f"{place} {country} {account_of(review)}"


def judge_third(made: Round) -> None:
    """From the reviewers to the places, with all that came in between."""
    give_out(made)
    with clock.at(made.day(6)):
        _step_out(made)
    with clock.at(made.day(7)):
        join_reviewers(made.people["reviewer3"])
        _ask_to_take_over(made, "Lokeren", *made.tracks)
    with clock.at(made.day(12)):
        for review in reviews_of(made):
            hand_in(review, THIRD_MARKS[_key(review)])
    with clock.at(made.day(14)):
        _set_aside(made)
    with clock.at(made.day(17)):
        _agree(made)
        _advise(made)
    with clock.at(made.day(19)):
        prepare(made, TIED)
        _write_feedback(made)
    with clock.at(made.day(20)):
        release(made)
    _fill_places(made)


def _step_out(made: Round) -> None:
    """One reviewer has worked for one of the municipalities; the others open their files."""
    stepping, lokeren = made.people["reviewer"], made.application("Lokeren")
    reviews = reviews_of(made)
    open_files(row for row in reviews if (row.reviewer, row.application) != (stepping, lokeren))
    declare_interest(
        application=lokeren, actor=stepping, ground=ConflictGround.WORK,
        words="Ik werkte tot vorig jaar voor deze stad, bij de dienst burgerzaken.",
    )  # fmt: skip


def _ask_to_take_over(made: Round, name: str, *tracks: Track) -> None:
    """A member of the steering group reviews instead."""
    substitute, application = made.people["reviewer3"], made.application(name)
    reviews = [
        assign_reviewer(
            application=application, track=track, reviewer=substitute, actor=made.people["vvsg"],
            reason="Neemt over na een belangenconflict.",
        )
        for track in tracks
    ]  # fmt: skip
    open_files(reviews)


def _set_aside(made: Round) -> None:
    """A conflict that came after the scores: the review does not count any more, and somebody else reads."""
    ieper, rwanda = made.application("Ieper"), _track(made, "RW")
    enter_conflict(
        application=ieper, person=made.people["reviewer2"], ground=ConflictGround.WORK,
        words="Begeleidt vanaf deze maand, tegen betaling, een studiereis van de stad. Zij meldde het zelf.",
        actor=made.people["vvsg"],
    )  # fmt: skip
    _ask_to_take_over(made, "Ieper", rwanda)
    review = next(row for row in reviews_of(made) if _key(row) == "Ieper RW reviewer3")
    with clock.at(made.day(16)):
        hand_in(review, THIRD_MARKS[_key(review)])


def _agree(made: Round) -> None:
    """The panel of Benin on the one application on which its reviewers disagreed."""
    benin = _track(made, "BJ")
    agree_on_score(
        application=made.application("Geel"), criterion=benin.criteria.get(code="support"), value=3,
        minute="Samen het dossier herlezen: schepen en diensten staan er met naam, de uren pas vanaf volgend jaar. "
        "Beide beoordelaars komen op 3 uit.",
        seen="", actor=made.people["vvsg"],
    )  # fmt: skip


def _advise(made: Round) -> None:
    advisor, rwanda = made.people["steering"], _track(made, "RW")
    give_advice(
        track=rwanda, actor=advisor,
        text="De stuurgroep volgt de rangschikking. Let bij de gelijke stand op het aanbod van de districten.",
    )  # fmt: skip
    give_advice(
        track=_track(made, "BJ"), actor=advisor, application=made.application("Diest"),
        text="Kleinere stad met weinig ervaring: vraag bij een plaats wie het werk overneemt bij ziekte.",
    )  # fmt: skip


def _write_feedback(made: Round) -> None:
    """In general, and on the strongest and the weakest criterion."""
    for decision in decisions_with_feedback().filter(track__call=made.call):
        scored = [row for row in points_of(decision).criteria if row.figure is not None]
        ends = (max(scored, key=_figure), min(scored, key=_figure))
        write_feedback(
            decision=decision, language="nl", general=IN_GENERAL[DecisionOutcome(decision.outcome)],
            criteria={row.criterion.pk: FEEDBACK[row.criterion.code][_figure(row) < STRONG] for row in ends},
            actor=made.people["vvsg"],
        )  # fmt: skip


def _figure(row: CriterionPoints) -> Decimal:
    return row.figure or Decimal(0)


def _fill_places(made: Round) -> None:
    """One place is given back and goes to the reserve list; one waits past its day, with somebody on the list."""
    with clock.at(made.day(23)):
        decline_participation(
            application=made.application("Geel"), actor=made.staff["Geel"].signatory,
            reason="De trekker vertrekt en de dienst vindt dit jaar niemand om het werk over te nemen.",
        )  # fmt: skip
    with clock.at(made.day(24)):
        promote_reserve(track=_track(made, "BJ"), side=Side.NORTH, actor=made.people["vvsg"])
    with clock.at(made.day(26)):
        confirm(made, but=("Ieper", "Diest"))
    with clock.at(made.day(30)):
        confirm_participation(application=made.application("Diest"), actor=made.staff["Diest"].signatory)


def review_fourth(made: Round) -> None:
    """Three reviews an application, one of the steering group; half of them are in."""
    with clock.at(made.day(4)):
        made.call = plan_reviews(
            call=made.call, reviewers_per_application=3, association_reviewers=1,
            reviews_due_on=working_day(made.closes_on + timedelta(days=24)),
            reason="De stuurgroep leest mee: drie beoordelingen per kandidatuur.", actor=made.people["vvsg"],
        )  # fmt: skip
    give_out(made)
    reviews = {_key(review): review for review in reviews_of(made)}
    with clock.at(made.day(6)):
        # Whoever reads for Rwanda's association has not looked yet.
        open_files(row for row in reviews.values() if row.reviewer != made.people["reviewer2"])
    with clock.at(made.day(12)):
        for key, marks in FOURTH_MARKS.items():
            hand_in(reviews[key], marks)
        write(reviews["Halle RW reviewer"], BEGUN,
              private_note="Vraag voor het panel: wie neemt dit over na de verkiezingen?")  # fmt: skip
    with clock.at(made.day(14)):
        reopen_review(
            review=reviews["Deinze BJ reviewer.ancb"], actor=made.people["ancb"],
            reason="Votre 4 sur le soutien cite des services d’une autre commune. Pouvez-vous relire le dossier ?",
        )  # fmt: skip
        give_advice(
            track=_track(made, "BJ"), application=made.application("Halle"), actor=made.people["steering"],
            text="De beoordelingen van Halle lopen ver uiteen. Lees ze samen opnieuw voor er iets beslist wordt.",
        )  # fmt: skip
