"""Invented answers, in the language of the municipality. Short, plain, and of no real place."""

from collections.abc import Mapping
from datetime import timedelta

from applications.fields import FieldKind, FieldSpec, SectionContent, Values
from applications.names import PARTNER
from sdgpartners.core import clock

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "q-strengths-challenges": {
        "nl": "Onze wijkbudgetten lopen al vier jaar en bewoners beslissen echt mee. Jongeren en nieuwkomers "
        "bereiken we te weinig, en na de stemming volgt te weinig terugkoppeling. Daarover willen we open "
        "uitwisselen, als gelijken.",
        "fr": "Nos cadres de concertation se réunissent chaque trimestre et les femmes y prennent la parole. "
        "Le suivi des décisions reste faible et les jeunes viennent peu. Nous voulons échanger d’égal à égal "
        "sur ce qui marche et sur ce qui ne marche pas.",
        "en": "Community meetings bring people together every month and the results go into our plan. We find "
        "it hard to tell people what happened with their ideas, and persons with disabilities stay away. We "
        "want to exchange as equals.",
    },
    "q-learning": {
        "nl": "We willen leren hoe een partner met weinig middelen veel mensen bereikt, en twee van die "
        "werkwijzen bij ons uitproberen.",
        "fr": "Nous voulons apprendre comment notre partenaire rend compte aux habitants, et essayer une de ses "
        "méthodes dans deux arrondissements.",
        "en": "We want to learn how our partner reports back to people, and try one of its methods in two sectors.",
    },
    "q-support": {
        "nl": "De burgemeester en de schepen voor participatie dragen dit mee. De algemeen directeur maakt vier "
        "uur per week vrij voor de trekker.",
        "fr": "Le maire et le secrétaire exécutif portent le projet. La chargée de coopération y consacre une "
        "demi-journée par semaine.",
        "en": "The mayor and the executive secretary carry this. One officer has half a day a week for it.",
    },
    "q-internal-steering-group": {
        "nl": "Een schepen, de dienst participatie, de dienst lokale economie, een jeugdconsulent en iemand van "
        "de adviesraad.",
        "fr": "Un adjoint au maire, le service du développement local, le service des affaires sociales et un "
        "conseiller communal.",
        "en": "A vice mayor, the planning unit, the good governance unit and a councillor.",
    },
    "q-outside-actors": {
        "nl": "De middenveldkoepel, twee scholen en een hogeschool die onderzoek naar participatie doet.",
        "fr": "Une association de femmes, la chambre des métiers et un lycée.",
        "en": "A youth council, a cooperative of farmers and a university campus.",
    },
    "q-network": {
        "nl": "We delen wat we leren op de studiedag van onze regio en in een korte nieuwsbrief.",
        "fr": "Nous partageons nos leçons avec les communes voisines et à la radio locale.",
        "en": "We share what we learn with neighbouring districts and on community radio.",
    },
}


def answers_for(
    content: SectionContent, *, language: str, contact: str, seed: int, tracks: list[str]
) -> Values:
    """A value for each field of a section but files and partners. `seed` varies offers, asks, goals and days;
    `tracks` are countries, best liked first."""
    values: Values = {}
    for number, spec in enumerate(content.fields):
        if spec.name in ANSWERS:
            values[spec.name] = ANSWERS[spec.name][language]
        elif spec.kind == FieldKind.FILE or spec.name.startswith(PARTNER):
            continue
        elif spec.kind in (FieldKind.GOALS, FieldKind.DATE):
            goals = spec.kind == FieldKind.GOALS
            values[spec.name] = _goals(spec, seed) if goals else _day_of_decision(spec, values, seed)
        elif spec.kind == FieldKind.SCALE:
            values[spec.name] = str((seed + number * (5, 7, 9)[seed % 3]) % 4)
        elif spec.kind == FieldKind.RANK:
            code = spec.name.removeprefix("rank-").upper()
            values[spec.name] = str(tracks.index(code) + 1) if code in tracks else ""
        elif spec.kind == FieldKind.SEVERAL:
            codes = [code for code, _label in spec.choices]
            wanted = {language, "en"} if seed % 3 else {language, "fr"}
            values[spec.name] = [code for code in codes if code in wanted]
        elif spec.kind == FieldKind.EMAIL:
            values[spec.name] = contact
        elif spec.kind == FieldKind.ACCEPT:
            values[spec.name] = "yes"
        elif spec.kind == FieldKind.YES_NO:
            values[spec.name] = "no"
        elif spec.choices:
            values[spec.name] = spec.choices[seed % len(spec.choices)][0]
        else:
            values[spec.name] = PLAIN.get(spec.name, {}).get(language, "")
    return values


def _goals(spec: FieldSpec, seed: int) -> list[str]:
    """A goal that the theme names, with two of its targets."""
    codes = [code for code, _text in spec.choices]
    goals = [code for code in codes if "." not in code]
    goal = goals[seed % len(goals)]
    targets = [code for code in codes if code.startswith(f"{goal}.")]
    return [goal, *sorted({targets[seed % len(targets)], targets[(seed // 2 + 1) % len(targets)]})]


def _day_of_decision(spec: FieldSpec, values: Values, seed: int) -> str:
    """Some weeks ago where it has been decided, some weeks ahead where it is planned, none while it is open."""
    days = {"council": -10 - seed % 30, "executive": -5 - seed % 20, "planned": 15 + seed % 25}
    decision = str(values.get("q-political-decision", ""))
    if spec.shown_if is None or decision not in spec.shown_if[1]:
        return ""
    return (clock.today() + timedelta(days=days[decision])).isoformat()


PLAIN: Mapping[str, Mapping[str, str]] = {
    "contact_name": {"nl": "Els (fictief)", "fr": "Awa (fictive)", "en": "Grace (fictional)"},
    "contact_function": {"nl": "deskundige internationaal", "fr": "chargée de coopération", "en": "officer"},
    "contact_phone": {"nl": "+32 2 555 01 00", "fr": "+229 01 21 00 00 00", "en": "+250 788 000 000"},
}
