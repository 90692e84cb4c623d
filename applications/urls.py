"""Addresses of the applications room."""

from django.urls import path, register_converter

from applications.converters import ReferenceConverter
from applications.views import applications, decisions, reviews, sections, sign_off

register_converter(ReferenceConverter, "application_reference")

app_name = "applications"
ONE = "<application_reference:reference>/"
urlpatterns = [
    path("", applications.application_list, name="application-list"),
    path("calls/<slug:code>/start/", applications.application_start, name="application-start"),
    path(ONE, applications.application_detail, name="application-detail"),
    path(f"{ONE}sections/<slug:section>/", sections.application_section, name="application-section"),
    path(f"{ONE}sections/<slug:section>/both/", sections.application_both, name="application-both"),
    path(f"{ONE}check/", sign_off.application_check, name="application-check"),
    path(f"{ONE}sign-off/", sign_off.sign_off_answer, name="sign-off-answer"),
    path(f"{ONE}sign-off/ask/", sign_off.sign_off_ask, name="sign-off-ask"),
    path(f"{ONE}sign-off/take-back/", sign_off.sign_off_take_back, name="sign-off-take-back"),
    path(f"{ONE}withdraw/", applications.application_withdraw, name="application-withdraw"),
    path(f"{ONE}submitted/<int:number>/", applications.application_revision, name="application-revision"),
    path(f"{ONE}decision/", decisions.decision_confirm, name="decision-confirm"),
    path("reviews/", reviews.review_list, name="review-list"),
    path(f"reviews/{ONE}<slug:country>/", reviews.review_detail, name="review-detail"),
]
