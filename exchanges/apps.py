from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangesConfig(AppConfig):
    name = "exchanges"
    verbose_name = _("Exchanges")

    def ready(self) -> None:
        # Registers permissions, receivers, what is open for a partnership and what hangs on its contacts.
        from exchanges import permissions, receivers  # noqa: F401
        from exchanges.selectors import open_work, passing_on  # noqa: F401
