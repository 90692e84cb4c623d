"""How references look in addresses."""

from django.urls.converters import StringConverter


class ReferenceConverter(StringConverter):
    """`APP-2026-0042`: so that other words in the same place keep their own pages."""

    regex = r"[A-Z]{3}-[0-9]{4}-[0-9]{4,}"
