from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sdgpartners.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        # The web process needs the configured Celery app before the first nudge is sent.
        from sdgpartners import celery  # noqa: F401
