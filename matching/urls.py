"""Addresses of the matching: decisions on scenarios, proposals, and what a pair prepares."""

from django.urls import path, re_path

from matching.views import agreements, plans, proposals, scenarios, teams

app_name = "matching"
PARTNERSHIP = "partnerships/<slug:reference>"
urlpatterns = [
    path("scenarios/<slug:reference>/", scenarios.scenario_detail, name="scenario-detail"),
    path("scenarios/<slug:reference>/endorse/", scenarios.scenario_endorse, name="scenario-endorse"),
    path("scenarios/<slug:reference>/send-back/", scenarios.scenario_send_back, name="scenario-send-back"),
    path(
        "scenarios/<slug:reference>/approve/<slug:country>/",
        scenarios.scenario_approve,
        name="scenario-approve",
    ),
    path("scenarios/<slug:reference>/release/", scenarios.scenario_release, name="scenario-release"),
    path("proposals/<slug:reference>/", proposals.proposal_detail, name="proposal-detail"),
    path("proposals/<slug:reference>/accept/", proposals.proposal_accept, name="proposal-accept"),
    path("proposals/<slug:reference>/decline/", proposals.proposal_decline, name="proposal-decline"),
    path(f"{PARTNERSHIP}/plan/", plans.partnership_plan, name="partnership-plan"),
    path(f"{PARTNERSHIP}/plan/agree/", plans.partnership_plan_agree, name="partnership-plan-agree"),
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
    path(f"{PARTNERSHIP}/activate/", agreements.partnership_activate, name="partnership-activate"),
]
