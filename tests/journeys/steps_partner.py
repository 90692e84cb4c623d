"""From an accepted pair to an active partnership with a budget of two equal halves."""

from datetime import date, timedelta
from decimal import Decimal

from playwright.sync_api import expect

from budget.models import Share
from matching.enums import ActorKind, MemberKind, PartnershipStatus, TeamRole
from matching.models import Partnership, PartnershipSide
from matching.services.teams import add_actor, add_team_member
from portal.demo.accounts import Staff
from portal.demo.partnerships import TEAM, begin, prepare
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.programme.enums import Language, Side
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import LAST_DAY, STARTS, Cast

QUESTIONS = ("Hoe bereiken we wie nooit komt?", "Comment rendre compte à tous ?")
NAMED = (
    ("Mia (fictief)", TeamRole.CONTACT, MemberKind.OFFICIAL),
    ("Tom (fictief)", TeamRole.CONTACT, MemberKind.OFFICIAL),
    ("An (fictief)", TeamRole.SPONSOR, MemberKind.POLITICIAN),
    ("Bo (fictief)", TeamRole.STEERING, MemberKind.OFFICIAL),
)


def editor_names_the_team(editor: Actor, pair: Partnership) -> None:
    """Two contacts, a political sponsor, somebody for the steering group, and an actor from outside."""
    words = editor.words
    editor.open("matching:partnership-team", pair.reference)
    for name, role, kind in NAMED:
        editor.unfold("Name a person")
        form = editor.page.locator("details[open]")
        editor.type(editor.labelled(words("Name"), form), name)
        editor.pick(editor.labelled(words("Role"), form), words.of(role.label))
        editor.tick(form.get_by_role("radio", name=words.of(kind.label), exact=True))
        editor.press("Add to the team")
        editor.told("%(name)s is in the team.", name=name)
    editor.unfold("Name an organisation")
    form = editor.page.locator("details[open]")
    editor.type(editor.labelled(words("Organisation"), form), "Jeugdraad (fictief)")
    editor.pick(editor.labelled(words("Kind"), form), words.of(ActorKind.CIVIL_SOCIETY.label))
    editor.press("Add to the list")
    editor.told("%(name)s is on the list.", name="Jeugdraad (fictief)")


def editor_writes_the_plan(editor: Actor, pair: Partnership) -> None:
    words = editor.words
    editor.open("matching:partnership-plan", pair.reference)
    editor.choose("Language of the plan", words.of(Language.FR.label))
    for number, question in enumerate(QUESTIONS, 1):
        editor.fill("Learning question %(number)s", question, number=number)
    for place in (pair.north, pair.south):
        editor.fill("What %(name)s wants to change", f"{place.name}: …", name=place.name)
    editor.fill("Activity %(number)s", "Bezoek / visite", number=1)
    editor.press("Save the plan")
    editor.told("The joint plan is saved. Both sides agree to it when it is complete.")
    assert tuple(pair.plan.questions.order_by("order").values_list("text", flat=True)) == QUESTIONS


def editor_agrees_and_confirms(editor: Actor, pair: Partnership) -> None:
    """One side agrees to the plan, the calendar and the two halves."""
    editor.open("matching:partnership-plan", pair.reference)
    editor.press("Agree to this plan for our side")
    editor.told("Your side has agreed to the joint plan.")
    editor.open("matching:partnership-agreement", pair.reference)
    for button in ("Confirm the calendar", "Confirm the budget"):
        editor.press(button)
        editor.told("Your side has confirmed this.")


def editor_sets_the_start(editor: Actor, pair: Partnership) -> None:
    editor.open("matching:partnership-agreement", pair.reference)
    editor.unfold("Change the first day")
    editor.fill("First day", f"{STARTS}")
    editor.press("Change the first day")
    editor.told("The first day is changed. Both sides sign the agreement.")


def signatory_signs_the_agreement(signatory: Actor, pair: Partnership) -> None:
    signatory.open("matching:partnership-agreement", pair.reference)
    signatory.press("Sign for our municipality")
    signatory.told("Signed. Your partner sees it at once.")


def coordinator_starts(coordinator: Actor, pair: Partnership) -> None:
    """With every line of the list done."""
    coordinator.open("matching:partnership-agreement", pair.reference)
    coordinator.heads(coordinator.words("Everything is ready for the start"))
    coordinator.press("Start the partnership")
    coordinator.told("The partnership is active.")
    pair.refresh_from_db()
    assert pair.status == PartnershipStatus.ACTIVE


def both_see_the_budget(stage: Stage, cast: Cast, pair: Partnership) -> None:
    """35,000 euro in two equal halves, one for each side."""
    halves = Share.objects.filter(budget__partnership=pair)
    assert sorted(halves.values_list("side", "amount")) == [
        (Side.NORTH, Decimal("17500.00")),
        (Side.SOUTH, Decimal("17500.00")),
    ]
    for place in (pair.north, pair.south):
        with stage.as_(cast.staff[place.name].editor) as editor:
            editor.open("portal:partnership-hub", pair.reference)
            editor.follow("Budget and expenses")
            figure = editor.page.get_by_role("figure")
            figure.get_by_text(editor.words("The figures as a table"), exact=True).click()
            for half in (pair.north, pair.south):
                row = figure.get_by_role("row").filter(has_text=half.name)
                expect(row).to_contain_text("17")
                expect(row).to_contain_text("500")


def _team_of(side: PartnershipSide, staff: Staff, day: date) -> None:
    for name, service, role, kind in TEAM:
        add_team_member(side=side, name=name, service=service, role=role, kind=kind, actor=staff.editor)
    add_actor(side=side, name="Actor", kind=ActorKind.PRIVATE, since=day, actor=staff.editor)


def start_the_other_pair(cast: Cast, pair: Partnership) -> None:
    """The same through the services."""
    prepare(pair, cast.staff, STARTS - timedelta(days=20))
    begin(pair, cast.staff, STARTS, cast.seats["vvsg"])
    pair.refresh_from_db()


def prepare_and_start(stage: Stage, cast: Cast, coordinator: Actor, pairs: list[Partnership]) -> None:
    """The pair with Benin in the browser, the other through the services."""
    pair, other = pairs
    north, south = cast.staff[pair.north.name], cast.staff[pair.south.name]
    with clock.at(noon(STARTS - timedelta(days=20))):
        _team_of(PartnershipSide.objects.get(partnership=pair, side=Side.SOUTH), south, STARTS)
        with stage.as_(north.editor) as editor:
            editor_names_the_team(editor, pair)
            editor_writes_the_plan(editor, pair)
            editor_agrees_and_confirms(editor, pair)
            editor_sets_the_start(editor, pair)
        with stage.as_(south.editor, phone=True) as editor:
            editor_agrees_and_confirms(editor, pair)
        for staff in (north, south):
            with stage.as_(staff.signatory, phone=True) as signatory:
                signatory_signs_the_agreement(signatory, pair)
    with clock.at(noon(STARTS)):
        coordinator_starts(coordinator, pair)
        # The end follows from the rules, not from anybody's wish.
        assert (pair.starts_on, pair.ends_on) == (STARTS, LAST_DAY)
        both_see_the_budget(stage, cast, pair)
    start_the_other_pair(cast, other)
