"""Whether the portal works: for load balancers and watchers, without a word about how it is made."""

import asyncio
from typing import Any

from django.http import HttpRequest, HttpResponse
from health_check.views import HealthCheckView


class Health(HealthCheckView):  # type: ignore[misc]
    """200 while the database and the cache answer, else 500. What failed stands in the log only."""

    checks = ("health_check.checks.Database", "health_check.checks.Cache")
    http_method_names = ("get", "head")

    async def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """One word of plain text, whatever the reader accepts."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        healthy = not any(result.error for result in results)
        return HttpResponse(
            "ok\n" if healthy else "failing\n", content_type="text/plain", status=200 if healthy else 500
        )
