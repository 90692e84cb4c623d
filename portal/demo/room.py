"""What people say in the matching room: in the first call, which is over, and in the third, which is decided now."""

from collections.abc import Mapping
from datetime import timedelta

from matching.enums import RuleKind
from matching.models import Scenario
from matching.services.scenarios import copy_scenario, set_trial_weights
from matching.services.solving import solve_scenario
from portal.demo.rounds import PairWord, Round, refresh_statistics
from sdgpartners.core import clock

# Said in the first call; kept with its rationale.
FIRST_WORDS = (
    PairWord(
        "ancb", "Genk", "Nikki", kind=RuleKind.PREFER,
        text="Les deux travaillent avec leurs jeunes et l’ont dit à la séance d’information. (fictif)",
    ),
    PairWord(
        "ralga", "Kortrijk", "Karongi", kind=RuleKind.FORBID,
        text="Both told us that they prefer another partner this round. (fictional)",
    ),
)  # fmt: skip
FIRST_COMMENTS = (
    PairWord(
        "steering", "", "",
        text="Vier paren en elk land even sterk. Let bij de start op de werktaal in Benin. (fictief)",
    ),
    PairWord(
        "ancb", "", "", text="Les quatre communes ont une personne qui parle l’anglais ou le français. (fictif)"
    ),
)  # fmt: skip
# Said in the third, before its first scenario was solved.
THIRD_WORDS = (
    PairWord(
        "ancb", "Diest", "Ouinhi", kind=RuleKind.PREFER,
        text="Les deux se sont parlé à la séance d’information et veulent continuer. (fictif)",
    ),
    PairWord(
        "ralga", "Brugge", "Huye", kind=RuleKind.FORBID,
        text="Both told us that they prefer another partner this round. (fictional)",
    ),
)  # fmt: skip
THIRD_COMMENTS = (
    PairWord(
        "steering", "", "",
        text="Twee paren met Rwanda en één met Benin. Wat kost het als Benin er ook twee krijgt? (fictief)",
    ),
    PairWord(
        "reviewer3", "Diest", "Ouinhi",
        text="Mooie uitwisseling van vraag en aanbod. Wie van beide tolkt als het moet? (fictief)",
    ),
    PairWord(
        "vvsg", "", "",
        text="Dat staat in scenario B: Lokeren hoort daar vast bij Bembèrèkè, en vraag en aanbod wegen zwaarder. "
        "(fictief)",
    ),
)  # fmt: skip
# Fixed in the copy alone.
COPY_WORDS = (
    PairWord(
        "ancb", "Lokeren", "Bembèrèkè", kind=RuleKind.LOCK,
        text="Pour voir ce que coûte un deuxième couple avec le Bénin. (fictif)",
    ),
)  # fmt: skip
COPY_NAME = "B · meer gewicht op vraag en aanbod"
WEIGHTS: Mapping[str, Mapping[str, int]] = {
    country: {"theme": 30, "exchange": 40, "language": 15, "preference": 5, "size": 5, "application": 5}
    for country in ("BJ", "RW")
}


def discuss_third(made: Round) -> Scenario:
    """A scenario that the steering group talks about, and beside it a copy that tries other rules and weights."""
    scenario = made.solve(THIRD_WORDS)
    with clock.at(made.day(made.solved_after) + timedelta(days=1)):
        made.comment(scenario, THIRD_COMMENTS)
    with clock.at(made.day(made.solved_after) + timedelta(days=2)):
        copied = copy_scenario(scenario=scenario, name=COPY_NAME, actor=made.people["vvsg"])
        made.rule(copied, COPY_WORDS)
        set_trial_weights(
            scenario=copied, weights=WEIGHTS, actor=made.people["vvsg"],
            reason="Wat als vraag en aanbod het zwaarst wegen? (fictief)",
        )  # fmt: skip
        solve_scenario(scenario=copied, actor=made.people["vvsg"])
        refresh_statistics()
    return scenario
