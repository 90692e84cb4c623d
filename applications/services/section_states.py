"""Whether parts that were complete still are, after the call behind them was amended."""

from collections.abc import Collection

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.fields import problems_of
from applications.models import Call, Commitment, CommitmentAcceptance, Question, SectionState
from applications.selectors.sections import read_section

_NOT_SENT = (ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_SIGN_OFF)


def ask_again(*, call: Call, rows: Collection[object]) -> None:
    """After `rows` of `call` changed: a commitment with other words is no longer accepted in what was never
    submitted, and a complete part that is asked more or may say less is in progress again.

    The caller holds the lock on the call and gives actor and reason. What was submitted stays as it was.
    """
    commitments = [row for row in rows if isinstance(row, Commitment)]
    sections = {Section(row.section) for row in rows if isinstance(row, Question)}
    CommitmentAcceptance.objects.filter(
        commitment__in=commitments, application__status__in=_NOT_SENT, application__submitted_at__isnull=True
    ).delete()
    if commitments:
        sections.add(Section.COMMITMENTS)
    states = SectionState.objects.filter(
        application__call=call,
        application__status__in=_NOT_SENT,
        section__in=sections,
        status=SectionStatus.COMPLETED,
    )
    for state in states.select_related("application__municipality__country", "application__track"):
        content = read_section(state.application, Section(state.section))
        if problems_of(content, content.values):
            state.status = SectionStatus.IN_PROGRESS
            state.save(update_fields=["status"])
