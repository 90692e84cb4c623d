"""Addresses of the roof."""

from django.urls import path

from portal.views import exports, public

app_name = "portal"
urlpatterns = [
    path("", public.home, name="home"),
    path("programme/", public.programme_page, name="programme"),
    path("calls/", public.call_list, name="call-list"),
    path("calls/<slug:code>/", public.call_detail, name="call-detail"),
    path("partnerships/", public.partnership_list, name="partnership-list"),
    path("partnerships.csv", exports.partnerships_csv, name="partnerships-csv"),
    path("start/", public.page, {"template": "portal/start.html"}, name="start"),
    path("dashboard/", public.page, {"template": "portal/dashboard.html"}, name="dashboard"),
    path("open-data/", public.page, {"template": "portal/open_data.html"}, name="open-data"),
    path("accessibility/", public.page, {"template": "portal/accessibility.html"}, name="accessibility"),
    path("privacy/", public.page, {"template": "portal/privacy.html"}, name="privacy"),
    path("help/", public.help_page, name="help"),
]
