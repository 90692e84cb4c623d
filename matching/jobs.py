"""Work of the worker in this room."""

from matching.models import Scenario
from matching.services.scenarios import SOLVE_JOB
from matching.services.solving import solve_scenario
from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import register_job


@register_job(SOLVE_JOB)
def solve(job: Job) -> None:
    """Solve the scenario that the job names; a second run solves it again, on the candidates of then."""
    scenario = Scenario.objects.get(pk=job.arguments["scenario"])
    solve_scenario(scenario=scenario, actor=job.requested_by)
