"""The words of the papers of a pair: who takes part on each side, their plan, what councils decide, the review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matching.enums import ActorKind, FormalBody, FormalSubject, MemberKind, TeamRole
from matching.plan_content import PlanContent
from matching.services.plan_reviews import ReviewContent

Member = tuple[str, str, TeamRole, MemberKind]
C, P, S = TeamRole.CONTACT, TeamRole.SPONSOR, TeamRole.STEERING
OFFICIAL, POLITICIAN = MemberKind.OFFICIAL, MemberKind.POLITICIAN

TEAM: Sequence[Member] = (
    ("Contact één (fictief)", "", C, OFFICIAL),
    ("Contact twee (fictief)", "", C, OFFICIAL),
    ("Sponsor (fictief)", "", P, POLITICIAN),
    ("Lid één (fictief)", "Participatie", S, OFFICIAL),
    ("Lid twee (fictief)", "Lokale economie", S, OFFICIAL),
    ("Lid drie (fictief)", "Jeugd", S, OFFICIAL),
    ("Lid vier (fictief)", "Raad", S, POLITICIAN),
)
TEAMS: Mapping[str, Sequence[Member]] = {
    "BE": TEAM,
    "BJ": (
        ("Contact un (fictif)", "Secrétariat exécutif", C, OFFICIAL),
        ("Contact deux (fictif)", "Développement local", C, OFFICIAL),
        ("Parrain politique (fictif)", "", P, POLITICIAN),
        ("Membre un (fictif)", "Développement local", S, OFFICIAL),
        ("Membre deux (fictif)", "Affaires sociales", S, OFFICIAL),
        ("Membre trois (fictif)", "Affaires économiques", S, OFFICIAL),
        ("Membre quatre (fictif)", "Conseil communal", S, POLITICIAN),
    ),
    "RW": (
        ("Contact one (fictional)", "Planning", C, OFFICIAL),
        ("Contact two (fictional)", "Good governance", C, OFFICIAL),
        ("Sponsor (fictional)", "", P, POLITICIAN),
        ("Member one (fictional)", "Planning", S, OFFICIAL),
        ("Member two (fictional)", "Good governance", S, OFFICIAL),
        ("Member three (fictional)", "Social development", S, OFFICIAL),
        ("Member four (fictional)", "District council", S, POLITICIAN),
    ),
}
"""Who takes part, by country."""
SUCCESSORS = {
    "BE": "Nieuw contact (fictief)", "BJ": "Nouveau contact (fictif)", "RW": "New contact (fictional)",
}  # fmt: skip
HAND_OVER_NOTES = {
    "BE": "Het huiswerk staat in de gedeelde map. De partner belt het liefst op maandag. (fictief)",
    "BJ": "Le partenaire préfère un appel le lundi matin. (fictif)",
    "RW": "The minutes are in the shared folder. The partner likes a call on Mondays. (fictional)",
}

ACTORS: Mapping[str, Sequence[tuple[str, ActorKind]]] = {
    "BE": (
        ("Jeugdraad (fictief)", ActorKind.CIVIL_SOCIETY),
        ("Hogeschool (fictief)", ActorKind.ACADEMIC),
        ("Handelaarsvereniging (fictief)", ActorKind.PRIVATE),
    ),
    "BJ": (
        ("Association de femmes (fictive)", ActorKind.CIVIL_SOCIETY),
        ("Chambre des métiers (fictive)", ActorKind.PRIVATE),
    ),
    "RW": (
        ("Youth council (fictional)", ActorKind.CIVIL_SOCIETY),
        ("Farmers’ cooperative (fictional)", ActorKind.PRIVATE),
    ),
}
"""Who takes part from outside the local government, by country."""


@dataclass(frozen=True)
class PlanWords:
    """A joint plan of the story; activities with the days after it is written."""

    language: str
    theme_title: str
    change_north: str
    change_south: str
    questions: Sequence[str]
    activities: Sequence[tuple[str, int | None]]

    def content(self, day: date) -> PlanContent:
        """The plan as written on `day`."""
        return PlanContent(
            theme_title=self.theme_title,
            change_north=self.change_north,
            change_south=self.change_south,
            language=self.language,
            questions=tuple(self.questions),
            activities=tuple(
                (text, None if after is None else day + timedelta(days=after))
                for text, after in self.activities
            ),
        )


PLANS: Mapping[str, PlanWords] = {
    "BJ": PlanWords(
        language="fr",
        theme_title="Rendre compte de ce que deviennent les idées des habitants (fictif)",
        change_north="Essayer deux méthodes du partenaire dans deux quartiers.",
        change_south="Rendre compte aux habitants après chaque décision.",
        questions=(
            "Comment toucher ceux qui ne viennent jamais ?",
            "Comment montrer ce que devient une idée ?",
            "Combien cela coûte-t-il, en temps et en argent ?",
        ),
        activities=(
            ("Assister à une réunion d’habitants chez l’autre", 190),
            ("Un guide commun de quatre pages", 400),
            ("Un appel par mois entre les deux groupes de pilotage internes", None),
        ),
    ),
    "RW": PlanWords(
        language="en",
        theme_title="From a meeting of inhabitants to a decision that they see (fictional)",
        change_north="Try two of the partner’s ways of working in two neighbourhoods.",
        change_south="Report back to people after each community meeting.",
        questions=(
            "How do we reach people who never come?",
            "How do we show what happens with an idea?",
        ),
        activities=(
            ("Take part in a meeting of inhabitants at the other’s", 200),
            ("A page on the wall of the sector office: what we did with your ideas", 330),
            ("A guide of four pages, written together", None),
        ),
    ),
}
"""The joint plan by partner country, in the language in which the two work."""

REVIEWS: Mapping[str, ReviewContent] = {
    "BJ": ReviewContent(
        learned_north="Nous appelons désormais les gens au lieu de leur écrire. (fictif)",
        learned_south="Chaque décision est lue à voix haute à la réunion suivante. (fictif)",
        adjusts="Le guide sera oral aussi : quatre émissions à la radio locale. (fictif)",
    ),
    "RW": ReviewContent(
        learned_north="We ask two questions instead of ten, and people answer. (fictional)",
        learned_south="The page on the wall brought young people to the meeting. (fictional)",
        adjusts="One more activity: the page on the wall in a Flemish library as well. (fictional)",
    ),
}
ONE_MORE = {
    "BJ": "Quatre émissions à la radio locale",
    "RW": "The page on the wall of a Flemish library",
}
"""What the review adds to the plan, by partner country."""

COLLEGE, COUNCIL = FormalBody.EXECUTIVE, FormalBody.COUNCIL


@dataclass(frozen=True)
class FormalWords:
    """A decision of the story, in days before the plan was made."""

    subject: FormalSubject
    body: FormalBody
    body_name: str
    asked: int
    decided: int
    number: str


DECISIONS: Mapping[str, Sequence[FormalWords]] = {
    "BE": (
        FormalWords(
            FormalSubject.CANDIDACY, COLLEGE, "College van burgemeester en schepenen", 95, 82, "{year}/0118 (fictief)"
        ),
        FormalWords(FormalSubject.AGREEMENT, COUNCIL, "Gemeenteraad", 24, 3, "{year}/0207 (fictief)"),
    ),
    "BJ": (
        FormalWords(FormalSubject.AGREEMENT, COUNCIL, "Conseil communal", 19, 2, "{year}-031/CC (fictif)"),
    ),
    "RW": (
        FormalWords(FormalSubject.AGREEMENT, COUNCIL, "District council", 15, 4, "{year}/DC/12 (fictional)"),
    ),
}  # fmt: skip
"""What colleges and councils decided before the start, by country."""
BODIES = {"BE": "Gemeenteraad", "BJ": "Conseil communal", "RW": "District council"}
