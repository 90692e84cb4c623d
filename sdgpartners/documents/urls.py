"""Addresses of the documents room."""

from django.urls import path

from sdgpartners.documents.views import reports, uploads

app_name = "documents"
urlpatterns = [
    path("reports/", reports.report_create, name="report-create"),
    path("reports/<uuid:uid>/", reports.report_detail, name="report-detail"),
    path("reports/<uuid:uid>/file/", reports.report_file, name="report-file"),
    path("uploads/", uploads.upload_create, name="upload-create"),
    path("uploads/<uuid:uid>/", uploads.upload_detail, name="upload-detail"),
    path("uploads/<uuid:uid>/piece/", uploads.upload_piece, name="upload-piece"),
    path("uploads/<uuid:uid>/cancel/", uploads.upload_cancel, name="upload-cancel"),
]
