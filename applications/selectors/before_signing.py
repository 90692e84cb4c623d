"""What pages say of an application before it is signed, in one statement: the call's newest amendment, texts that wait
for a choice, and the rules that are not met."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from applications.enums import Section
from applications.fields import Text
from applications.models import Amendment, Application, KeptText, Track
from applications.opened_page import is_key
from applications.selectors.applications import open_change_request
from applications.selectors.eligibility import Reason, obstacles_of
from sdgpartners.people.models import User


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A second text of a section between which and the saved one nobody has chosen: who typed it, or the reference and
    the municipality of the application that it came from."""

    section: Section
    written_by: str
    merged_from: str
    from_municipality: str

    @property
    def section_label(self) -> Text:
        """What the section is called."""
        label: Text = self.section.label
        return label


@dataclass(frozen=True, slots=True)
class BeforeSigning:
    """The number of the newest amendment (0: none), all texts that wait, and why nobody can sign."""

    amendment: int
    texts: tuple[WaitingText, ...]
    obstacles: tuple[Reason, ...]


def newest_amendment() -> Coalesce:
    """The number of the newest amendment of an application's call, inside a query of applications."""
    numbers = Amendment.objects.filter(call=OuterRef("call")).order_by("-number").values("number")
    return Coalesce(Subquery(numbers[:1]), 0)


def waiting_rows() -> ArraySubquery:
    """The texts that wait, inside a query of applications; `waiting_texts` reads them."""
    source = Application.objects.filter(reference=OuterRef("page")).values("municipality__name")
    names = {name: f"written_by__{name}" for name in ("first_name", "last_name", "email")}
    row = JSONObject(section="section", page="page", place=Subquery(source[:1]), **names)
    waiting = KeptText.objects.filter(application=OuterRef("pk"), settled_at__isnull=True)
    return ArraySubquery(waiting.order_by("-created_at").values(row=row))


def waiting_texts(rows: Iterable[dict[str, Any]]) -> tuple[WaitingText, ...]:
    """What `waiting_rows` has found, the newest first."""
    return tuple(
        WaitingText(
            section=Section(row["section"]),
            written_by=str(User(**{name: row[name] or "" for name in ("first_name", "last_name", "email")})),
            merged_from="" if is_key(row["page"]) else row["page"],
            from_municipality=row["place"] or "",
        )
        for row in rows
    )


def before_signing(application: Application) -> BeforeSigning:
    """What stands before the signature, in one statement (two more for a municipality that fell off the list)."""
    listed = Track.eligible.through.objects.filter(track=OuterRef("track")).order_by().values("municipality")
    amendment, rows, places = (
        Application.objects.filter(pk=application.pk)
        .values_list(newest_amendment(), waiting_rows(), ArraySubquery(listed))
        .get()
    )
    return BeforeSigning(amendment, waiting_texts(rows), obstacles_of(application, listed=frozenset(places)))


def in_changeable(application: Application, texts: Iterable[WaitingText]) -> list[WaitingText]:
    """Those in the parts that may be changed now; the others keep nothing back."""
    if application.submitted_at is None:
        return list(texts)
    request = open_change_request(application)
    return [text for text in texts if request is not None and text.section in request.sections]
