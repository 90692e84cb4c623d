"""The coordinators' desk of the matching: scenarios with their room, proposals, partnerships."""

from matching.admin.agreement_text import AgreementTextAdmin
from matching.admin.partnership import PartnershipAdmin
from matching.admin.proposal import ProposalAdmin
from matching.admin.scenario import ScenarioAdmin

__all__ = ["AgreementTextAdmin", "PartnershipAdmin", "ProposalAdmin", "ScenarioAdmin"]
