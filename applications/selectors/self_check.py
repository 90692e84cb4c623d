"""What a self-check says: the rules of the call, and what the programme asks of those who take part."""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus
from applications.fields import NO, YES
from applications.models import Call, SelfCheck
from applications.selectors.calls import public_calls
from applications.selectors.eligibility import Eligibility, Reason, eligibility_of
from sdgpartners.people.selectors import association_of
from sdgpartners.programme.models import Association

_ASKED = {
    "together": {
        YES: _("Officials and politicians both take part."),
        NO: _("Officials and politicians take part together in this programme: talk about it first."),
        "": _("Find out whether officials and politicians can both take part."),
    },
    "time": {
        YES: _("There is time for the sessions and the visits."),
        NO: _("The sessions and visits are part of the programme: without time for them it does not work."),
        "": _("Find out whether there is time for the sessions and the visits."),
    },
}


@dataclass(frozen=True)
class Answered:
    """The rules with their reasons, what is asked beside them, and whom to ask."""

    eligibility: Eligibility
    asked: tuple[Reason, ...]
    contact: Association

    @property
    def met(self) -> bool:
        """Whether the municipality may take part."""
        return self.eligibility.met

    @property
    def conditional(self) -> bool:
        """Whether that hangs on an answer that was not known."""
        return self.eligibility.conditional

    @property
    def unsure(self) -> bool:
        """Whether something that the programme asks was not known."""
        return any(reason.remark for reason in self.asked)

    @property
    def ready(self) -> bool:
        """Whether nothing that the programme asks was answered with no."""
        return all(reason.met for reason in self.asked)


def announced_calls() -> QuerySet[Call]:
    """Calls with a public page: coming, open, closed or decided."""
    return public_calls().exclude(status=CallStatus.CANCELLED).select_related("programme__lead_association")


def self_checks() -> QuerySet[SelfCheck]:
    """Self-checks with what their page needs."""
    return SelfCheck.objects.select_related(
        "call__programme__lead_association",
        "call__programme__north_country",
        "municipality__country",
        "municipality__successor",
    )


def twinning_of(answers: dict[str, object]) -> bool | None:
    """What was declared of town twinnings; None for who did not know."""
    return {YES: True, NO: False}.get(str(answers.get("twinning", "")))


def contact_for(call: Call, association: Association | None = None) -> Association:
    """Whom to ask about `call`: the association, or the lead where there is none or it cannot be written to."""
    lead: Association = call.programme.lead_association
    return association if association is not None and association.email else lead


def answer_of(check: SelfCheck) -> Answered:
    """The answer as the rules of the call stand today, without what is not public: anybody may ask."""
    found = eligibility_of(check.municipality, check.call, has_active_twinning=twinning_of(check.answers))
    found = replace(found, reasons=tuple(reason for reason in found.reasons if reason.public))
    contact = contact_for(check.call, association_of(check.municipality))
    asked = []
    for code, texts in _ASKED.items():
        given = str(check.answers.get(code, ""))
        known = given if given in (YES, NO) else ""
        asked.append(
            Reason(code, known != NO, texts[known], contact if known == NO else None, remark=not known)
        )
    return Answered(found, tuple(asked), contact)
