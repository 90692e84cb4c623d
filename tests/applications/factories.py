"""A call that is open, municipalities with people, applications that are filled in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from applications.call_dates import CallDates
from applications.enums import Section
from applications.fields import FieldKind, SectionContent, Values
from applications.models import Application, Call
from applications.names import PARTNER
from applications.selectors.sections import read_section, read_sections
from applications.services.calls import create_call, publish_call
from applications.services.conflicts import agree_to_confidentiality, declare_interest
from applications.services.forms import save_section, start_application
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.models import (
    Goal,
    Municipality,
    Pillar,
    RuleCommitment,
    RuleCriterion,
    RuleCriterionAnchor,
    Target,
)
from tests.factories import make_editor, make_signatory
from tests.world import World

GRID = ("motivation", "openness", "support", "outside-actors", "network", "thematic-fit")


REACHED = {FieldKind.EMAIL: "someone@example.org", FieldKind.PHONE: "+32 2 555 01 00"}


def add_grid(world: World) -> None:
    """Criteria with two anchors each, one scored and two accepted commitments."""
    for order, code in enumerate(GRID, start=1):
        criterion = RuleCriterion.objects.create(
            programme=world.programme,
            code=code,
            order=order,
            # Together 100.
            weight=min(order * 5, 25),
            tie_break=order if order < 3 else None,
            **texts("title", code),
        )
        for score in (0, 4):
            RuleCriterionAnchor.objects.create(
                criterion=criterion, score=score, **texts("text", f"{code} {score}")
            )
    add_goals(world)
    for order, (code, scored) in enumerate(
        (("equal", True), ("sessions", False), ("visits", False)), start=1
    ):
        RuleCommitment.objects.create(
            programme=world.programme, code=code, order=order, scored=scored, **texts("text", f"We do {code}")
        )


def add_goals(world: World) -> None:
    """Goal 8 with its theme in Benin, goal 16 through a target of the theme of Rwanda, and goal 3 in neither."""
    pillar = Pillar.objects.create(code="all", order=1, **texts("name", "All"))
    for number, codes in {3: ("3.1",), 8: ("8.3", "8.9", "8.a"), 16: ("16.6", "16.7")}.items():
        goal = Goal.objects.create(
            number=number, pillar=pillar, colour="#123456", **texts("title", f"Goal {number}"),
            **texts("text", f"About goal {number}"),
        )  # fmt: skip
        for order, code in enumerate(codes, start=1):
            Target.objects.create(code=code, goal=goal, order=order, **texts("text", f"Target {code}"))
    world.theme_benin.goals.add(8)
    world.theme_rwanda.targets.add("16.7")


def texts(name: str, value: str) -> dict[str, str]:
    """The three columns of a text."""
    return {f"{name}_en": value, f"{name}_fr": f"{value} (fr)", f"{name}_nl": f"{value} (nl)"}


def make_call(world: World, code: str = "autumn", **dates: Any) -> Call:
    """A draft call that opened yesterday and closes in a week, unless other `dates` are given."""
    if not world.programme.criteria.exists():
        add_grid(world)
    given = {
        "opens_at": clock.now() - timedelta(days=1),
        "closes_at": clock.now() + timedelta(days=7),
    } | dates
    words = {"en": "Autumn call", "fr": "Appel d'automne", "nl": "Najaarsoproep"}
    return create_call(
        programme=world.programme,
        code=code,
        title=words,
        summary=words,
        dates=CallDates(**given),
        actor=world.coordinator_vvsg,
    )


def open_call(world: World, code: str = "autumn", **dates: Any) -> Call:
    """The same, published."""
    return publish_call(call=make_call(world, code, **dates), actor=world.coordinator_vvsg)


@dataclass(frozen=True)
class Team:
    """An application with the two people who work on it."""

    application: Application
    editor: User
    signatory: User

    @property
    def reference(self) -> str:
        return self.application.reference


def start(call: Call, municipality: Municipality) -> Team:
    """A new draft."""
    editor, signatory = make_editor(municipality), make_signatory(municipality)
    return Team(start_application(call=call, municipality=municipality, actor=editor), editor, signatory)


def good_values(content: SectionContent) -> Values:
    """An answer to every field but files; in the north the first country alone is chosen. Partners are not
    named."""
    values: Values = {}
    for spec in content.fields:
        if spec.kind == FieldKind.SCALE:
            values[spec.name] = "2"
        elif spec.kind == FieldKind.DATE:
            values[spec.name] = "2026-10-05"
        elif spec.kind == FieldKind.NUMBER:
            values[spec.name] = str(spec.number_min or 1)
        elif spec.kind == FieldKind.GOALS:
            values[spec.name] = [code for code, _text in spec.choices][: min(2, spec.choices_max or 2)]
        elif spec.kind == FieldKind.FILE:
            continue
        elif spec.kind == FieldKind.RANK:
            values[spec.name] = "" if "1" in values.values() else "1"
        elif spec.name.startswith(PARTNER):
            values[spec.name] = ""
        elif spec.kind == FieldKind.SEVERAL:
            values[spec.name] = [spec.choices[0][0]]
        elif spec.kind in REACHED:
            values[spec.name] = REACHED[spec.kind]
        elif spec.kind == FieldKind.ACCEPT:
            values[spec.name] = "yes"
        else:
            values[spec.name] = spec.choices[0][0] if spec.choices else f"About {spec.name}"
    return values


def fill(team: Team, **changes: Any) -> None:
    """Every section complete; `changes` are values by the name of the field (with _ for -)."""
    for content in read_sections(team.application):
        values = good_values(content)
        values |= {name: value for name, value in changes.items() if name in values}
        save(team, content.section, **values)


def save(
    team: Team, section: Section, *, version: int | None = None, actor: User | None = None, **values: Any
) -> None:
    """Save some values of a section, over its newest version unless another is given."""
    state = team.application.section_states.filter(section=section).first()
    save_section(
        application=team.application,
        section=section,
        version=(state.version if state else 0) if version is None else version,
        data=values,
        actor=actor or team.editor,
    )


def rank(team: Team, *countries: str) -> None:
    """Choose partner countries, the best liked first, with a full offer and ask."""
    content = read_section(team.application, Section.INTERESTS)
    values = good_values(content)
    for name in values:
        if name.startswith("rank-"):
            code = name.removeprefix("rank-").upper()
            values[name] = str(countries.index(code) + 1) if code in countries else ""
    save(team, Section.INTERESTS, **values)


def submitted(call: Call, municipality: Municipality, *countries: str) -> Team:
    """Filled in, signed and submitted; `countries` is the order of a Flemish applicant."""
    team = start(call, municipality)
    fill(team)
    if countries:
        rank(team, *countries)
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    team.application.refresh_from_db()
    return team


def at_second(moment: datetime, seconds: int) -> datetime:
    """`moment` moved by `seconds`."""
    return moment + timedelta(seconds=seconds)


def cleared(person: User, *applications: Application) -> None:
    """The person agreed to confidentiality and has nothing to do with the applications: their files open."""
    for application in applications:
        agree_to_confidentiality(call=application.call, actor=person, language="en")
        declare_interest(application=application, actor=person)
