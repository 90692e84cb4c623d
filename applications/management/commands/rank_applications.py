"""`manage.py rank_applications PROBLEM.json`: the ranking of a set of reviewed applications."""

from applications.scoring import parse_problem, rank
from sdgpartners.core.management.json_command import JsonCommand


class Command(JsonCommand):
    """Prints the ranked applications; `docs/scoring.md` gives the formulas."""

    help = "Rank applications from their reviews: totals, ranks, cut line. JSON in, JSON out."

    def answer(self, raw: object) -> object:
        """The ranking, best first."""
        return [line.as_json() for line in rank(parse_problem(raw))]
