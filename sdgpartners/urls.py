"""All addresses. Apps are named as text, so that the ground imports nothing above it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("sdgpartners.people.urls")),
    path("account/", include("allauth.urls")),
    path("documents/", include("sdgpartners.documents.urls")),
    path("applications/", include("applications.urls")),
    path("calls/", include("applications.public_urls")),
    path("matching/", include("matching.urls")),
    path("exchanges/", include("exchanges.urls")),
    path("budget/", include("budget.urls")),
    path("", include("portal.urls")),
]
handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
