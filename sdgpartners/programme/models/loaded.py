"""What a file said when it was last loaded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRow(models.Model):
    """The values that a file gave for one row.

    A loader compares a file with this and not with the row itself: so an unchanged file changes nothing, also
    where people have corrected the row since, and a changed file changes only what it says differently now.
    """

    source = models.CharField(max_length=80)
    row = models.CharField(max_length=240)
    values = models.JSONField()
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")
        ordering = ("source", "row")
        constraints = (models.UniqueConstraint(fields=("source", "row"), name="loaded_row_unique"),)

    def __str__(self) -> str:
        return f"{self.source}: {self.row}"
