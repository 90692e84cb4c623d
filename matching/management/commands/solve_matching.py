"""`manage.py solve_matching PROBLEM.json`: the best pairs under the places, locks and forbidden pairs."""

from matching.solver import parse_problem, solve
from sdgpartners.core.management.json_command import JsonCommand


class Command(JsonCommand):
    """Prints the solution; `docs/matching.md` says what each part means."""

    help = "Match north and south: pairs, certificate, alternatives, costs, reasons. JSON in, JSON out."

    def answer(self, raw: object) -> object:
        """The solution with its explanation."""
        return solve(parse_problem(raw)).as_json()
