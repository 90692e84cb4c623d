"""Makes the coordinators' admin the default site, so that every app's `admin.site.register` lands in it."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.CoordinatorAdminSite"
