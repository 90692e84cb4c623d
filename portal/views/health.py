"""Whether the portal works: for load balancers and watchers, without a word about how it is made."""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from health_check.base import HealthCheck
from health_check.exceptions import ServiceWarning
from health_check.views import HealthCheckView

from sdgpartners.documents import clamd
from sdgpartners.documents.selectors import quarantine


class Scanner(HealthCheck):  # type: ignore[misc]
    """Whether the virus scanner of the settings answers and files leave quarantine. A warning: people go on."""

    async def run(self) -> None:
        """Raises ServiceWarning with how many files wait and since when."""
        if not settings.CLAMD_URL:
            return
        answers = await sync_to_async(clamd.answers, thread_sensitive=False)(settings.CLAMD_URL)
        left = await sync_to_async(quarantine)()
        if not answers or left.is_stuck:
            scanner = "answers" if answers else "does not answer"
            raise ServiceWarning(
                f"The virus scanner {scanner}; {left.waiting} files wait since {left.since}."
            )


class Health(HealthCheckView):  # type: ignore[misc]
    """One word: `ok`; `degraded`, when the virus scanner is away or files wait for it for long; `failing`, with
    status 500, when the database or the cache does not answer. What and how much stands in the log only."""

    checks = ("health_check.checks.Database", "health_check.checks.Cache", "portal.views.health.Scanner")
    http_method_names = ("get", "head")

    async def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """One word of plain text, whatever the reader accepts. Degraded is no reason to send nobody here: 200."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        errors = [result.error for result in results if result.error]
        failing = any(not isinstance(error, ServiceWarning) for error in errors)
        word = "failing" if failing else "degraded" if errors else "ok"
        return HttpResponse(f"{word}\n", content_type="text/plain", status=500 if failing else 200)
