"""What is said about a scenario while it is decided upon; never changed, only followed by another comment."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from matching.enums import ScenarioStatus
from matching.errors import HasInterest, NotEntitled, NotPutForward
from matching.models import PairScore, Scenario, ScenarioComment
from matching.selectors.interests import interests_of
from matching.services.letters_scenarios import send_comment
from matching.services.moving import lock_scenario, require_state
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import Standing, read_standing

TALKED_ABOUT = (ScenarioStatus.SOLVED, ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED)
"""As long as it can still change."""


@transaction.atomic
def comment_scenario(
    *,
    scenario: Scenario,
    text: str,
    actor: User,
    north: Application | None = None,
    south: Application | None = None,
) -> ScenarioComment:
    """A member of the steering group says something of the scenario or of one pair in it; a coordinator answers.

    Locks the scenario. Mails `scenario_comment` to the coordinators and to whoever commented before. Raises NotEntitled
    for observers and strangers, HasInterest for whoever steps out, NotPutForward before the coordinators have put it
    forward, Incomplete without text, DomainError for a pair that is not in the scenario, MoveNotAllowed once released.
    """
    scenario = lock_scenario(scenario)
    standing = _require_voice(scenario, actor)
    require_state(scenario.status, ScenarioStatus, *TALKED_ABOUT)
    if scenario.put_forward_at is None:
        raise NotPutForward
    if not text.strip():
        raise Incomplete(_("Write what you want to say."))
    _check_pair(scenario, north, south, standing)
    with because(actor):
        comment = ScenarioComment.objects.create(
            scenario=scenario, north=north, south=south, author=actor, text=text.strip()
        )
    send_comment(comment, actor)
    return comment


def _require_voice(scenario: Scenario, actor: User) -> Standing:
    standing = read_standing(actor)
    programme = scenario.call.programme_id
    member = programme in standing.steering and standing.steering[programme] is None
    scope = standing.scope("partner_country", AssociationRole.COORDINATOR)
    if not member and not scenario.tracks.filter(scope).exists():
        raise NotEntitled(
            _("Members of the steering group comment, coordinators answer; observers read along.")
        )
    if interests_of(actor, scenario):
        raise HasInterest
    return standing


def _check_pair(
    scenario: Scenario, north: Application | None, south: Application | None, standing: Standing
) -> None:
    """The pair is one of the scenario, of a country that the person looks into."""
    if north is None and south is None:
        return
    country = "track__partner_country"
    seen = standing.scope(country, AssociationRole.COORDINATOR) | standing.steering_scope(country)
    rows = PairScore.objects.filter(seen, scenario=scenario, north=north, south=south)
    if north is None or south is None or not rows.exists():
        raise DomainError(_("This pair does not belong to the scenario."))
