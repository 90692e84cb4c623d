"""Addresses of the roof."""

from django.urls import path

from portal.views import dashboard, exports, health_cards, partnerships, public, start
from portal.views.health import Health

app_name = "portal"
urlpatterns = [
    path("", public.home, name="home"),
    path("programme/", public.programme_page, name="programme"),
    path("calls/", public.call_list, name="call-list"),
    path("calls/<slug:code>/", public.call_detail, name="call-detail"),
    path("partnerships/", public.partnership_list, name="partnership-list"),
    path("partnerships.csv", exports.partnerships_csv, name="partnerships-csv"),
    path("partnerships/health/", health_cards.partnership_health, name="partnership-health"),
    path("partnerships/<slug:reference>/", partnerships.partnership_hub, name="partnership-hub"),
    path("start/", start.start, name="start"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("open-data/", public.page, {"template": "portal/open_data.html"}, name="open-data"),
    path("accessibility/", public.page, {"template": "portal/accessibility.html"}, name="accessibility"),
    path("privacy/", public.page, {"template": "portal/privacy.html"}, name="privacy"),
    path("help/", public.help_page, name="help"),
    path("health/", Health.as_view(), name="health"),
]
