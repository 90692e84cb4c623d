"""What the pages of a partnership say while it is suspended."""

from typing import Any

from django import template

from matching.models import Partnership
from matching.selectors.standstill import open_suspension

register = template.Library()


@register.inclusion_tag("matching/_standstill.html")
def standstill(partnership: Partnership) -> dict[str, Any]:
    """Since when and why it is suspended, and what is still possible; nothing, without a statement, when it is not."""
    return {"partnership": partnership, "suspension": open_suspension(partnership)}
