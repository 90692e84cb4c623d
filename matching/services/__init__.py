"""What happens in the matching: scenarios, decisions on them, proposals, partnerships."""

from matching.services.activation import activate_partnership, end_early
from matching.services.agreements import confirm_calendar, confirm_split, set_start, sign_agreement
from matching.services.decisions import approve_track, endorse_scenario, send_back_scenario
from matching.services.plans import agree_plan, save_plan
from matching.services.proposals import accept_proposal, decline_proposal, lapse_proposals
from matching.services.release import release_scenario
from matching.services.scenarios import (
    clear_pair_rule,
    create_scenario,
    request_solving,
    set_pair_rule,
)
from matching.services.solving import solve_scenario
from matching.services.teams import (
    add_actor,
    add_team_member,
    remove_actor,
    remove_team_member,
)

__all__ = [
    "accept_proposal",
    "activate_partnership",
    "add_actor",
    "add_team_member",
    "agree_plan",
    "approve_track",
    "clear_pair_rule",
    "confirm_calendar",
    "confirm_split",
    "create_scenario",
    "decline_proposal",
    "end_early",
    "endorse_scenario",
    "lapse_proposals",
    "release_scenario",
    "remove_actor",
    "remove_team_member",
    "request_solving",
    "save_plan",
    "send_back_scenario",
    "set_pair_rule",
    "set_start",
    "sign_agreement",
    "solve_scenario",
]
