"""Abstract bases and the counters behind references. Knows no word of the domain."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock


class Timestamped(models.Model):
    """When the row came and when it last changed, by the one clock."""

    created_at = models.DateTimeField(_("created on"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("last changed on"), default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.updated_at = clock.now()
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "updated_at"}
        super().save(*args, **kwargs)


class ReferenceCounter(models.Model):
    """The last number given out per prefix and year."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("prefix", "year"), name="reference_counter_unique"),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:04d}"
