"""External ids: APP-2026-0042. Primary keys never leave the house."""

from django.db import transaction

from sdgpartners.core import clock
from sdgpartners.core.models import ReferenceCounter


@transaction.atomic
def next_reference(prefix: str) -> str:
    """The next free reference of `prefix` in this year; the counter row is locked until the transaction ends."""
    year = clock.today().year
    ReferenceCounter.objects.get_or_create(prefix=prefix, year=year)
    counter = ReferenceCounter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:04d}"
