from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "sdgpartners.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from sdgpartners.people import permissions  # noqa: F401
