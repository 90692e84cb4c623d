"""Addresses of the documents room."""

from django.urls import path

from sdgpartners.documents import views

app_name = "documents"
urlpatterns = [
    path("reports/", views.report_create, name="report-create"),
    path("reports/<uuid:uid>/", views.report_detail, name="report-detail"),
    path("reports/<uuid:uid>/file/", views.report_file, name="report-file"),
]
