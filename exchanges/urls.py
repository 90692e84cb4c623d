"""Addresses of the exchanges room."""

from django.urls import path

from exchanges.views import contacts, homework, session_records, sessions, visit_steps, visits

app_name = "exchanges"
urlpatterns = [
    path("sessions/", sessions.session_list, name="session-list"),
    path("sessions/new/", sessions.session_create, name="session-create"),
    path("sessions/<str:reference>/", sessions.session_detail, name="session-detail"),
    path("sessions/<str:reference>/edit/", sessions.session_edit, name="session-edit"),
    path("sessions/<str:reference>/confirm/", sessions.session_confirm, name="session-confirm"),
    path("sessions/<str:reference>/cancel/", sessions.session_cancel, name="session-cancel"),
    path(
        "sessions/<str:reference>/attendance/", session_records.session_attendance, name="session-attendance"
    ),
    path("sessions/<str:reference>/minutes/", session_records.session_report, name="session-report"),
    path("sessions/<str:reference>/homework/", session_records.homework_create, name="homework-create"),
    path("homework/<str:homework>/<str:partnership>/", homework.homework_answer, name="homework-answer"),
    path(
        "homework/<str:homework>/<str:partnership>/discuss/",
        homework.homework_discuss,
        name="homework-discuss",
    ),
    path("visits/<str:reference>/", visits.visit_detail, name="visit-detail"),
    path("visits/<str:reference>/edit/", visits.visit_edit, name="visit-edit"),
    path("visits/<str:reference>/delegation/add/", visit_steps.delegate_add, name="delegate-add"),
    path("visits/<str:reference>/delegation/remove/", visit_steps.delegate_remove, name="delegate-remove"),
    path("visits/<str:reference>/confirm/", visit_steps.visit_confirm, name="visit-confirm"),
    path("visits/<str:reference>/hold/", visit_steps.visit_hold, name="visit-hold"),
    path("visits/<str:reference>/cancel/", visit_steps.visit_cancel, name="visit-cancel"),
    path("visits/<str:reference>/report/", visit_steps.visit_report, name="visit-report"),
    path("partnerships/<str:reference>/visits/new/", visits.visit_create, name="visit-create"),
    path("partnerships/<str:reference>/contacts/", contacts.contact_list, name="contact-list"),
    path("partnerships/<str:reference>/contacts/new/", contacts.contact_create, name="contact-create"),
]
