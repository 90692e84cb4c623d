"""What happens in the matching: scenarios, decisions on them, proposals, partnerships."""

from matching.services.activation import activate_partnership
from matching.services.agreements import confirm_calendar, confirm_split, set_start, sign_agreement
from matching.services.another_end import agree_to_end, ask_for_end, decide_end, withdraw_end
from matching.services.comments import comment_scenario
from matching.services.decisions import approve_track, endorse_scenario, send_back_scenario
from matching.services.ending import begin_closing, close_partnership, close_what_is_due, end_early
from matching.services.freeing import free_north
from matching.services.pair_rules import clear_pair_rule, set_pair_rule
from matching.services.plans import agree_plan, save_plan
from matching.services.proposals import accept_proposal, decline_proposal, lapse_proposals
from matching.services.release import release_scenario
from matching.services.reopening import reopen_for_match
from matching.services.scenarios import (
    copy_scenario,
    create_scenario,
    put_forward,
    rename_scenario,
    request_solving,
    set_aim,
    set_trial_weights,
    withdraw_scenario,
)
from matching.services.solving import solve_scenario
from matching.services.succession import confirm_for_side, follow_successor
from matching.services.suspension import (
    resume_country,
    resume_partnership,
    set_visibility,
    suspend_country,
    suspend_partnership,
)
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
    "agree_to_end",
    "approve_track",
    "ask_for_end",
    "begin_closing",
    "clear_pair_rule",
    "close_partnership",
    "close_what_is_due",
    "comment_scenario",
    "confirm_calendar",
    "confirm_for_side",
    "confirm_split",
    "copy_scenario",
    "create_scenario",
    "decide_end",
    "decline_proposal",
    "end_early",
    "endorse_scenario",
    "follow_successor",
    "free_north",
    "lapse_proposals",
    "put_forward",
    "release_scenario",
    "remove_actor",
    "remove_team_member",
    "rename_scenario",
    "reopen_for_match",
    "request_solving",
    "resume_country",
    "resume_partnership",
    "save_plan",
    "send_back_scenario",
    "set_aim",
    "set_pair_rule",
    "set_start",
    "set_trial_weights",
    "set_visibility",
    "sign_agreement",
    "solve_scenario",
    "suspend_country",
    "suspend_partnership",
    "withdraw_end",
    "withdraw_scenario",
]
