"""Addresses of the people room."""

from django.urls import URLPattern, URLResolver, include, path

from sdgpartners.people import views

people: list[URLPattern] = [
    path("profile/", views.profile, name="profile"),
    path("invitation/<str:token>/", views.invitation_accept, name="invitation-accept"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.set_language, name="set_language"),
    path("", include((people, "people"))),
]
