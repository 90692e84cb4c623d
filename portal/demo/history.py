"""The history of the story, dated as it happened.

PostgreSQL dates each row of history with the transaction that writes it, which is that of loading; the moved clock does
not reach it. Without this every change in the demo would have been made in the same minute.
"""

from typing import Any

import pgtrigger
from django.apps import apps
from django.contrib.postgres.functions import TransactionNow
from django.db.models import Exists, F, OuterRef, Subquery
from pghistory.models import Event

# Written together with the rows that have no moment of their own: by the same action of the same person.
BESIDE = ("applications.ApplicationEvent", "applications.AnswerEvent", "applications.ReviewEvent",
          "applications.CallEvent", "matching.JointPlanEvent")  # fmt: skip


def date_history() -> None:
    """Date what this transaction wrote by the row's last change, or by that of a row which was written with it."""
    models: list[Any] = [model for model in apps.get_models() if issubclass(model, Event)]
    dated = [model for model in models if any(field.name == "updated_at" for field in model._meta.fields)]
    with pgtrigger.ignore(*(f"{model._meta.label}:append_only" for model in models)):
        for model in dated:
            model.objects.filter(pgh_created_at=TransactionNow()).update(pgh_created_at=F("updated_at"))
        for model in models:
            if model not in dated:
                for label in BESIDE:
                    _date_by(model, apps.get_model(label))


def _date_by(model: Any, beside: Any) -> None:
    together = beside.objects.filter(pgh_context=OuterRef("pgh_context")).order_by("-pgh_id")
    rows = model.objects.filter(Exists(together), pgh_created_at=TransactionNow())
    rows.update(pgh_created_at=Subquery(together.values("updated_at")[:1]))
