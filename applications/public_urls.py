"""Addresses under a call's public page that need no account."""

from django.urls import path

from applications.views import public

app_name = "calls"
urlpatterns = [
    path("<slug:code>/check/", public.self_check, name="self-check"),
    path("<slug:code>/check/<uuid:uid>/", public.self_check_result, name="self-check-result"),
    path("<slug:code>/information-session/", public.information_sign_up, name="information-sign-up"),
    path("<slug:code>/information-session/done/", public.information_done, name="information-done"),
    path(
        "<slug:code>/information-session/calendar.ics",
        public.information_calendar,
        name="information-calendar",
    ),
    path(
        "<slug:code>/information-session/<uuid:uid>/cancel/",
        public.information_cancel,
        name="information-cancel",
    ),
]
