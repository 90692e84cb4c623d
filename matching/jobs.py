"""Work of the worker in this room."""

from functools import partial

from django.utils.translation import override

from matching.enums import ScenarioStatus
from matching.models import Scenario
from matching.services.scenarios import SOLVE_JOB
from matching.services.solving import solve_scenario
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import register_job
from sdgpartners.documents.services.jobs import set_progress


@register_job(SOLVE_JOB)
def solve(job: Job) -> None:
    """Solve the scenario that the job names; a second run solves it again, on the candidates of then. One that another
    has replaced meanwhile needs no result."""
    scenario = Scenario.objects.get(pk=job.arguments["scenario"])
    if scenario.status == ScenarioStatus.SUPERSEDED:
        return
    language = job.requested_by.language if job.requested_by else None
    # What it says when it cannot is kept with the job: in the words of whoever asked.
    with override(language):
        try:
            solve_scenario(scenario=scenario, actor=job.requested_by, progress=partial(set_progress, job))
        except DomainError as error:
            raise DomainError(str(error)) from error
