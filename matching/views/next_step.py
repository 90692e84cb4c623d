"""What happens next with a scenario, and who must act, in one plain sentence for everybody who reads it."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matching.enums import ProposalStatus, ScenarioStatus
from matching.models import Proposal, Scenario
from matching.selectors.candidates import DEAD_PROPOSALS
from matching.selectors.scenarios import TrackApproval
from matching.sentences import listed
from sdgpartners.core.display import format_date

_S = ScenarioStatus


def next_step(
    scenario: Scenario, approvals: Sequence[TrackApproval], answers: Sequence[Proposal], *, whole: bool
) -> str:
    """The sentence; empty once it was replaced. `approvals` and `answers` are those of the countries that the reader
    looks into, `whole`: these are all. No statement."""
    lead = {"association": scenario.call.programme.lead_association.acronym}
    if scenario.status == _S.SOLVED:
        return _put_forward(scenario, lead)
    if scenario.status == _S.ENDORSED:
        return _approve(approvals, whole=whole)
    if scenario.status == _S.RELEASED:
        return _answer(answers)
    words = {
        _S.DRAFT.value: _("The coordinators solve it, and then put it to the steering group."),
        _S.APPROVED.value: _("%(association)s looks at the letters and releases the pairs.") % lead,
    }
    return words.get(scenario.status, "")


def _put_forward(scenario: Scenario, lead: Mapping[str, str]) -> str:
    if scenario.put_forward_at is not None:
        return _("The steering group reads the pairs, comments, and endorses them or sends them back.")
    if not scenario.result.get("pairs"):
        return ""
    if len(scenario.inputs.get("problem", {}).get("places", {})) > 1:
        return _("%(association)s puts it to the steering group.") % lead
    return _("The coordinators of the country put it to the steering group.")


def _approve(approvals: Sequence[TrackApproval], *, whole: bool) -> str:
    waiting = [
        f"{row.association.acronym} ({row.track.partner_country.country})"
        for row in approvals
        if row.approval is None
    ]
    if waiting:
        return _("These still approve: %(associations)s.") % {"associations": listed(waiting)}
    # Approved for the countries that the reader sees, and not for all.
    return "" if whole else _("The associations of the other countries still approve.")


def _answer(answers: Sequence[Proposal]) -> str:
    waiting = [row for row in answers if row.status not in (ProposalStatus.ACCEPTED, *DEAD_PROPOSALS)]
    days = [row.accept_by for row in waiting if row.accept_by is not None]
    if waiting and days:
        return ngettext(
            "%(count)s pair still waits for an answer, until %(day)s.",
            "%(count)s pairs still wait for an answer, until %(day)s.",
            len(waiting),
        ) % {"count": len(waiting), "day": format_date(max(days))}
    if any(row.status in DEAD_PROPOSALS for row in answers):
        return _("For a pair that came apart a new scenario looks for other partners.")
    return _("All pairs have accepted. The municipalities prepare their partnerships.") if answers else ""
