"""Addresses of the applications room."""

from django.urls import path, register_converter

from applications.converters import ReferenceConverter
from applications.views import (
    applications,
    autosave,
    behalf,
    both_texts,
    conflicts,
    decisions,
    exceptions,
    files,
    history,
    panel,
    review_list,
    reviews,
    sections,
    sign_off,
    sponsors,
    steering,
)

register_converter(ReferenceConverter, "application_reference")

app_name = "applications"
ONE = "<application_reference:reference>/"
TRACK = "tracks/<slug:code>/<slug:country>/"
urlpatterns = [
    path("", applications.application_list, name="application-list"),
    path("calls/<slug:code>/start/", applications.application_start, name="application-start"),
    path("calls/<slug:code>/behalf/", behalf.application_behalf, name="application-behalf"),
    path("calls/<slug:code>/exception/", exceptions.exception_redeem, name="exception-redeem"),
    path("calls/<slug:code>/confidentiality/", conflicts.confidentiality, name="confidentiality"),
    path(f"{ONE}interest/", conflicts.interest_declare, name="interest-declare"),
    path(ONE, applications.application_detail, name="application-detail"),
    path(f"{ONE}copy/", applications.application_copy, name="application-copy"),
    path(f"{ONE}history/", history.application_history_page, name="application-history"),
    path(f"{ONE}sections/<slug:section>/", sections.application_section, name="application-section"),
    path(f"{ONE}sections/<slug:section>/both/", both_texts.application_both, name="application-both"),
    path(f"{ONE}sections/<slug:section>/autosave/", autosave.section_autosave, name="section-autosave"),
    path(f"{ONE}sections/<slug:section>/presence/", autosave.section_presence, name="section-presence"),
    path(f"{ONE}files/<slug:question>/add/", files.file_add, name="file-add"),
    path(f"{ONE}files/<uuid:uid>/", files.file_download, name="file-download"),
    path(f"{ONE}files/<uuid:uid>/remove/", files.file_remove, name="file-remove"),
    path(f"{ONE}check/", sign_off.application_check, name="application-check"),
    path(f"{ONE}sign-off/", sign_off.sign_off_answer, name="sign-off-answer"),
    path(f"{ONE}sign-off/ask/", sign_off.sign_off_ask, name="sign-off-ask"),
    path(f"{ONE}sign-off/take-back/", sign_off.sign_off_take_back, name="sign-off-take-back"),
    path(f"{ONE}sponsor/", sponsors.sponsor_confirm, name="sponsor-confirm"),
    path(f"{ONE}withdraw/", applications.application_withdraw, name="application-withdraw"),
    path(f"{ONE}submitted/<int:number>/", applications.application_revision, name="application-revision"),
    path(f"{ONE}decision/", decisions.decision_confirm, name="decision-confirm"),
    path(f"reviews/{ONE}<slug:country>/files/<uuid:uid>/", files.review_file, name="review-file"),
    path("reviews/", review_list.review_list, name="review-list"),
    path(f"reviews/{ONE}<slug:country>/", reviews.review_detail, name="review-detail"),
    path(f"reviews/{ONE}<slug:country>/pass-on/", review_list.review_pass_on, name="review-pass-on"),
    path(f"reviews/{ONE}<slug:country>/autosave/", reviews.review_autosave, name="review-autosave"),
    path(f"reviews/{ONE}<slug:country>/check/", reviews.review_check, name="review-check"),
    path("tracks/", steering.track_list, name="track-list"),
    path(f"{TRACK}ranking/", steering.track_ranking, name="track-ranking"),
    path(f"{TRACK}panel/", panel.panel_list, name="panel-list"),
    path(f"{TRACK}panel/{ONE}", panel.panel_sheet_page, name="panel-sheet"),
    path(f"{TRACK}panel/{ONE}<slug:criterion>/", panel.panel_agree, name="panel-agree"),
]
