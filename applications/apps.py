from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        # Importing registers the permissions, the receivers and what lists leave out.
        from applications import permissions, receivers, review_permissions  # noqa: F401
        from applications.selectors import concealment  # noqa: F401
