from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        # Gives the permissions their predicates, the eligibility what matching knows, and lists what they leave out.
        from matching import permissions, receivers  # noqa: F401
        from matching.selectors import concealment, eligibility  # noqa: F401
