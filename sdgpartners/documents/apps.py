from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "sdgpartners.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        # Every app's jobs and reports, so that all rooms can offer them and this one runs them.
        autodiscover_modules("jobs", "reports")
