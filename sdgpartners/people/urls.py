"""Addresses of the people room."""

from django.urls import URLPattern, URLResolver, include, path

from sdgpartners.people import join_views, session_views, views

people: list[URLPattern] = [
    path("profile/", views.profile, name="profile"),
    path("session/", session_views.session_state, name="session"),
    path("shared-computer/", session_views.shared_computer, name="shared-computer"),
    path("join/", join_views.join, name="join"),
    path("join/sent/", join_views.join_sent, name="join-sent"),
    path("join/<str:token>/", join_views.join_confirm, name="join-confirm"),
    path("invitation/<str:token>/", views.invitation_accept, name="invitation-accept"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.set_language, name="set_language"),
    path("", include((people, "people"))),
]
