"""One set of figures: at the desk, on the site, in spreadsheet, record, letter, on the municipality's page, and from
the command."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.models import Application, Review, Track
from applications.review_input import ScoreInput
from applications.selectors.ranking import lines_of
from applications.services import reviews
from applications.services.decisions import prepare_decisions, release_decisions
from applications.services.panel import agree_on_score
from sdgpartners.core import clock
from sdgpartners.core.errors import Incomplete
from sdgpartners.people.models import User
from tests.applications.deciding import Round, mails_on, scored_round
from tests.applications.factories import Team
from tests.applications.scored import stale_on
from tests.factories import in_english, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db
# By municipality, the two reviewers' scores in the order of the grid.
GIVEN: dict[str, tuple[tuple[int | None, ...], tuple[int | None, ...]]] = {
    "Gent": ((4, 3, None, 2, 1, 4), (1, 1, None, 2, 3, 3)),
    "Leuven": ((2, 2, 3, 3, 2, None), (3, 1, 3, 2, 4, 0)),
    "Mechelen": ((0, 1, 1, 0, 2, 1), (1, 0, 3, 1, 1, 2)),
}


@pytest.fixture
def made(world: World) -> Round:
    made = scored_round(world)
    # No active town twinning: Leuven and Gent have the plus.
    places = [made.leuven.application.pk, made.gent.application.pk]
    Application.objects.filter(pk__in=places).update(has_active_twinning=False)
    with clock.at(made.closed):
        for review in Review.objects.select_related("application__municipality", "track", "reviewer"):
            given = GIVEN[review.application.municipality.name][made.reviewers.index(review.reviewer)]
            reviews.reopen_review(review=review, reason="Scored anew", actor=made.lead)
            review.refresh_from_db()
            scores = {
                row.pk: ScoreInput(value=value, not_applicable=value is None, comment="because")
                for row, value in zip(made.track.criteria.order_by("order"), given, strict=True)
            }
            kept = reviews.save_scores(
                review=review, scores=scores, comment="", version=review.version, actor=review.reviewer
            )
            reviews.submit_review(review=kept, actor=review.reviewer)
    return made


def agree(made: Round, team: Team, code: str, value: int | None, actor: User) -> None:
    agree_on_score(
        application=team.application, criterion=made.track.criteria.get(code=code), value=value,
        minute="Read again together.", seen="", actor=actor,
    )  # fmt: skip


def shown(answer: Any) -> list[tuple[Any, ...]]:
    lines = [row.one.line for row in answer.context["page"].object_list]
    return [
        (line.rank, line.id, *map(_number, (line.total, line.mean, line.median, line.spread)))
        for line in lines
    ]


def _number(figure: Any) -> float | None:
    return None if figure is None else float(figure)


def test_the_same_figures_stand_everywhere(
    client: Client, made: Round, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for team in (made.gent, made.leuven, made.mechelen):
        in_english(team.editor)
        in_english(team.signatory)
    with clock.at(made.closed):
        agree(made, made.leuven, "thematic-fit", 2, made.lead)
        made.prepare()
        made.release()
        track = Track.objects.select_related("call", "partner_country__country").get(pk=made.track.pk)
        lines = [one.line for one in lines_of(track)]
        figures = [
            (one.rank, one.id, *map(_number, (one.total, one.mean, one.median, one.spread))) for one in lines
        ]
        assert len(figures) == 3
        client.force_login(in_english(made.lead))
        desk = reverse("admin:applications_track_ranking", args=[track.pk])
        file = reverse("admin:applications_track_ranking_file", args=[track.pk])
        site = reverse("applications:track-ranking", args=[track.call.code, "rw"])
        assert shown(client.get(desk)) == figures
        # Also once all is decided: what the command makes of the file is the page.
        problem = tmp_path / "problem.json"
        problem.write_bytes(client.get(f"{file}?form=json").content)
        call_command("rank_applications", str(problem))
        told = json.loads(capsys.readouterr().out)
        keys = ("rank", "id", "total", "mean", "median", "spread")
        assert [tuple(row[key] for key in keys) for row in told] == figures
        sheet = list(
            load_workbook(io.BytesIO(client.get(file).content))["Ranking"].iter_rows(values_only=True)
        )
        heads = ("Rank", "Reference", "Total", "Mean", "Median", "Spread")
        assert [tuple(row[sheet[0].index(head)] for head in heads) for row in sheet[1:]] == figures
        client.force_login(in_english(make_steering(world.programme)))
        assert shown(client.get(site)) == figures
        for team in (made.gent, made.leuven, made.mechelen):
            line = next(one for one in lines if one.id == team.reference)
            _letter_and_page_tell(client, made, team, line)


def _letter_and_page_tell(client: Client, made: Round, team: Team, line: Any) -> None:
    letter = mails_on(team.application)[0].body_text
    assert f"{line.total} of 100" in letter
    assert ("bonus of 5.00 included" in letter) == (line.bonus == 5)
    client.force_login(team.signatory)
    page = client.get(reverse("applications:decision-confirm", args=[team.reference])).content.decode()
    assert f"Score: {line.total} of 100" in page
    for row in made.track.criteria.order_by("order"):
        if team is made.gent and row.code == "support":
            assert f"- {row.title}: does not apply." in letter
            continue
        assert f"- {row.title}: {line.figures[row.code]} of 100." in letter
        assert re.search(rf"{row.title}</th>\s*<td[^>]*>(<div>)?{line.figures[row.code]}<", page)


def test_points_that_moved_against_each_other_are_prepared_again(made: Round, world: World) -> None:
    """The letter tells each criterion: the same total does not make it the same letter."""
    with clock.at(made.closed):
        agree(made, made.mechelen, "network", 1, made.lead)
        agree(made, made.mechelen, "thematic-fit", 2, made.lead)
        made.prepare()
        track = Track.objects.select_related("call").get(pk=made.track.pk)
        before = next(one.line for one in lines_of(track) if one.line.id == made.mechelen.reference)
        # Both weigh 25: one up, the other down.
        for code, value in (("network", 2), ("thematic-fit", 1)):
            score = made.mechelen.application.panel_scores.get(criterion__code=code)
            agree_on_score(
                application=made.mechelen.application, criterion=score.criterion, value=value,
                minute="The other way round.", seen=score.updated_at.isoformat(), actor=made.lead,
            )  # fmt: skip
        after = next(one.line for one in lines_of(track) if one.line.id == made.mechelen.reference)
        assert (after.total, after.rank) == (before.total, before.rank)
        assert after.figures != before.figures
        assert stale_on(track) == [made.mechelen.reference]
        with pytest.raises(Incomplete, match="figures have changed"):
            release_decisions(call=made.call, actor=made.lead)
        prepare_decisions(track=track, actor=made.lead)
        assert stale_on(track) == []
