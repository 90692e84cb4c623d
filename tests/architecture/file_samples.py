"""Files of answers and uploads for the tables of routes and roles, made as rows: how they come in is tested apart."""

from uuid import UUID

from applications.enums import QuestionKind, Section
from applications.models import AnswerFile, Application, Question, Review
from matching.models import FormalDecision, Partnership
from sdgpartners.core import clock
from sdgpartners.documents.models import Upload
from sdgpartners.documents.services.files import store_bytes
from sdgpartners.people.models import User


def question_of(application: Application) -> Question:
    """A question of its call that is answered by files."""
    labels = {f"label_{code}": "A file" for code in ("en", "fr", "nl")}
    made, _new = Question.objects.get_or_create(
        call=application.call,
        code="sample-file",
        defaults={
            "section": Section.COMMITMENTS,
            "kind": QuestionKind.FILE,
            "order": 99,
            "required": False,
            **labels,
        },
    )
    return made


def answer_file_of(application: Application) -> AnswerFile:
    """A file of its draft."""
    stored = store_bytes(
        content=b"%PDF-1.7\n%%EOF\n",
        name="sample.pdf",
        content_type="application/pdf",
        purpose="answer",
        actor=None,
    )
    return AnswerFile.objects.create(
        application=application, question=question_of(application), file=stored, added_at=clock.now()
    )


def reviewed_file_of(review: Review) -> UUID:
    """The uid of a file that the reviewer's version names, and those of other reviews of that application."""
    uid: UUID = answer_file_of(review.application).file.uid
    for revision in review.application.revisions.all():
        values = revision.content["values"].setdefault("commitments", {})
        values["q-sample-file"] = [*values.get("q-sample-file", []), str(uid)]
        revision.save()
    return uid


def upload_of_person(user: User) -> Upload:
    """An upload that has just begun."""
    begun: Upload = Upload.objects.create(user=user, purpose="answer", name="sample.pdf", size=10)
    return begun


def formal_decision_of(partnership: Partnership) -> FormalDecision:
    """A decision of the northern council about the agreement, with its paper; the same one each time."""
    made = FormalDecision.objects.filter(side__partnership=partnership, side__side="north").first()
    if made is not None:
        return made
    file = store_bytes(
        content=b"%PDF-1.7\n%%EOF\n", name="council.pdf", content_type="application/pdf",
        purpose="formal-decision", actor=None,
    )  # fmt: skip
    return FormalDecision.objects.create(
        side=partnership.sides.get(side="north"), subject="agreement", body="council", file=file
    )
