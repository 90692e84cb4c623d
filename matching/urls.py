"""Addresses of the matching: decisions on scenarios, proposals, and what a pair prepares."""

from django.urls import path, re_path

from matching.views import (
    agreements,
    another_end,
    course,
    course_steps,
    formal_decisions,
    handovers,
    plan_reviews,
    plans,
    proposals,
    release,
    scenarios,
    teams,
)

app_name = "matching"
PARTNERSHIP = "partnerships/<slug:reference>"
urlpatterns = [
    path("scenarios/<slug:reference>/", scenarios.scenario_detail, name="scenario-detail"),
    path("scenarios/<slug:reference>/comment/", scenarios.scenario_comment, name="scenario-comment"),
    path("scenarios/<slug:reference>/step-out/", scenarios.scenario_step_out, name="scenario-step-out"),
    path("scenarios/<slug:reference>/endorse/", scenarios.scenario_endorse, name="scenario-endorse"),
    path("scenarios/<slug:reference>/send-back/", scenarios.scenario_send_back, name="scenario-send-back"),
    path(
        "scenarios/<slug:reference>/approve/<slug:country>/",
        scenarios.scenario_approve,
        name="scenario-approve",
    ),
    path("scenarios/<slug:reference>/letters/", release.scenario_letters, name="scenario-letters"),
    path("scenarios/<slug:reference>/release/", release.scenario_release, name="scenario-release"),
    path("proposals/<slug:reference>/", proposals.proposal_detail, name="proposal-detail"),
    path("proposals/<slug:reference>/accept/", proposals.proposal_accept, name="proposal-accept"),
    path("proposals/<slug:reference>/decline/", proposals.proposal_decline, name="proposal-decline"),
    path(f"{PARTNERSHIP}/plan/", plans.partnership_plan, name="partnership-plan"),
    path(f"{PARTNERSHIP}/plan/agree/", plans.partnership_plan_agree, name="partnership-plan-agree"),
    path(f"{PARTNERSHIP}/plan/versions/", plans.partnership_plan_versions, name="partnership-plan-versions"),
    path(f"{PARTNERSHIP}/plan/review/", plan_reviews.partnership_plan_review, name="partnership-plan-review"),
    path(
        f"{PARTNERSHIP}/plan/review/agree/",
        plan_reviews.partnership_plan_review_agree,
        name="partnership-plan-review-agree",
    ),
    path(f"{PARTNERSHIP}/hand-over/", handovers.partnership_hand_over, name="partnership-hand-over"),
    path(
        f"{PARTNERSHIP}/hand-over/start/",
        handovers.partnership_hand_over_start,
        name="partnership-hand-over-start",
    ),
    path(
        f"{PARTNERSHIP}/hand-over/successor/",
        handovers.partnership_hand_over_successor,
        name="partnership-hand-over-successor",
    ),
    path(
        f"{PARTNERSHIP}/hand-over/cancel/",
        handovers.partnership_hand_over_cancel,
        name="partnership-hand-over-cancel",
    ),
    path(f"{PARTNERSHIP}/team/", teams.partnership_team, name="partnership-team"),
    path(f"{PARTNERSHIP}/team/add/", teams.partnership_team_add, name="partnership-team-add"),
    path(f"{PARTNERSHIP}/team/remove/", teams.partnership_team_remove, name="partnership-team-remove"),
    path(f"{PARTNERSHIP}/actors/add/", teams.partnership_actor_add, name="partnership-actor-add"),
    path(f"{PARTNERSHIP}/actors/remove/", teams.partnership_actor_remove, name="partnership-actor-remove"),
    path(f"{PARTNERSHIP}/agreement/", agreements.partnership_agreement, name="partnership-agreement"),
    path(f"{PARTNERSHIP}/agreement/start/", agreements.partnership_start, name="partnership-start"),
    path(f"{PARTNERSHIP}/agreement/sign/", agreements.partnership_sign, name="partnership-sign"),
    re_path(
        r"^partnerships/(?P<reference>[-\w]+)/confirm/(?P<what>calendar|split)/$",
        agreements.partnership_confirm,
        name="partnership-confirm",
    ),
    path(f"{PARTNERSHIP}/decisions/", formal_decisions.partnership_decisions, name="partnership-decisions"),
    path(
        f"{PARTNERSHIP}/decisions/add/",
        formal_decisions.partnership_decision_add,
        name="partnership-decision-add",
    ),
    path(
        f"{PARTNERSHIP}/decisions/<int:number>/",
        formal_decisions.partnership_decision_edit,
        name="partnership-decision-edit",
    ),
    path(
        f"{PARTNERSHIP}/decisions/<int:number>/take-back/",
        formal_decisions.partnership_decision_withdraw,
        name="partnership-decision-withdraw",
    ),
    path(
        f"{PARTNERSHIP}/decisions/file/<uuid:uid>/",
        formal_decisions.partnership_decision_file,
        name="partnership-decision-file",
    ),
    path(f"{PARTNERSHIP}/course/", course.partnership_course, name="partnership-course"),
    path(f"{PARTNERSHIP}/suspend/", course_steps.partnership_suspend, name="partnership-suspend"),
    path(f"{PARTNERSHIP}/resume/", course_steps.partnership_resume, name="partnership-resume"),
    path(f"{PARTNERSHIP}/free/", course_steps.partnership_free_north, name="partnership-free-north"),
    path(f"{PARTNERSHIP}/end-early/", course_steps.partnership_end_early, name="partnership-end-early"),
    path(f"{PARTNERSHIP}/close/", course_steps.partnership_close, name="partnership-close"),
    path(f"{PARTNERSHIP}/visibility/", course_steps.partnership_visibility, name="partnership-visibility"),
    path(f"{PARTNERSHIP}/follow/", course_steps.partnership_follow, name="partnership-follow"),
    path(f"{PARTNERSHIP}/end/ask/", another_end.partnership_end_ask, name="partnership-end-ask"),
    path(f"{PARTNERSHIP}/end/agree/", another_end.partnership_end_agree, name="partnership-end-agree"),
    path(
        f"{PARTNERSHIP}/end/withdraw/", another_end.partnership_end_withdraw, name="partnership-end-withdraw"
    ),
    path(f"{PARTNERSHIP}/end/decide/", another_end.partnership_end_decide, name="partnership-end-decide"),
    path(f"{PARTNERSHIP}/sponsor/", another_end.partnership_sponsor, name="partnership-sponsor"),
    path(f"{PARTNERSHIP}/activate/", agreements.partnership_activate, name="partnership-activate"),
]
