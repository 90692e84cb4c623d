"""Addresses of the exchanges room."""

from django.urls import URLPattern

app_name = "exchanges"
urlpatterns: list[URLPattern] = []
