"""What the steering group says of a scenario, and how associations approve and release it, each by their own pages."""

import re

from playwright.sync_api import expect

from applications.enums import ConflictGround
from applications.models import Application
from matching.enums import RuleKind, ScenarioStatus
from matching.models import Approval, Proposal, Scenario
from tests.journeys.actors import Actor
from tests.journeys.steps_room import Fixed, Pair, price_in


def member_steps_out(member: Actor, scenario: Scenario, application: Application, words: str) -> None:
    """Whoever has to do with a municipality reads no pair from then on."""
    member.open("portal:start")
    member.follow("Endorse the proposed matches")
    member.sees(str(application.municipality))
    member.unfold("Do you have to do with one of these municipalities?")
    member.choose("Municipality", str(application.municipality))
    ground = member.words.of(ConflictGround.FAMILY.label)
    member.tick(member.page.get_by_role("radio", name=ground, exact=True))
    member.fill("In your own words", words)
    member.press("Step out")
    member.told("You have stepped out. It stays in the record of the decision.")
    expect(member.link("Endorse the proposed matches")).to_have_count(0)
    member.open("matching:scenario-detail", scenario.reference)
    member.heads(member.words("You step out of this decision"))
    expect(member.page.get_by_role("heading", name=re.compile(" – "))).to_have_count(0)


def chooses_the_language(hand: Actor, language: str) -> None:
    """In the menu of the account; kept with the person."""
    hand.open("portal:start")
    hand.lift(hand.page.get_by_role("banner").locator("summary"))
    hand.hit(hand.page.get_by_role("banner").locator(f"button[value={language}]"))
    expect(hand.page.locator("html")).to_have_attribute("lang", language)


def member_comments_and_endorses(
    member: Actor, scenario: Scenario, fixed: Fixed, text: str, minute: str
) -> None:
    """Reads every pair with its reasons, and what the fixed one costs; says something on it, and endorses with the
    minute."""
    member.open("portal:start")
    member.follow("Endorse the proposed matches")
    beside = member.page.get_by_role("region", name=re.compile(rf"^{re.escape(str(fixed.pair))} "))
    for told in (member.words.of(RuleKind.LOCK.label), fixed.reason, price_in(member.words, fixed.price)):
        expect(beside).to_contain_text(told)
    member.unfold("What people said on pairs, with the reason")
    for rule in scenario.rules.select_related("north__municipality", "south__municipality"):
        pair = f"{rule.north.municipality} – {rule.south.municipality}"
        said = member.page.get_by_role("main").get_by_role("row").filter(has_text=pair)
        for told in (member.words.of(RuleKind(rule.kind).label), rule.reason):
            expect(said).to_contain_text(told)
    member.choose("About", str(fixed.pair))
    member.fill("Comment", text)
    member.press("Comment")
    member.told("Your comment is kept.")
    member.sees(text)
    member.fill("Minute of the steering group", minute)
    member.press("Endorse these pairs")
    member.told("The scenario is endorsed. Now the associations approve it.")
    member.sees(minute)


def everybody_approved(scenario: Scenario) -> None:
    """Each country twice, by two people."""
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.APPROVED
    for track in scenario.tracks.all():
        people = Approval.objects.filter(scenario=scenario, track=track).values_list("approved_by", flat=True)
        assert len(set(people)) == 2


def lead_looks_at_the_letters(lead: Actor, scenario: Scenario, pair: Pair) -> None:
    """The letter to one municipality, as it will go out in three languages; then the list of all."""
    lead.open("portal:start")
    lead.follow("Approve and release the matches")
    lead.follow("Look at the letters and release")
    lead.hit(lead.page.get_by_role("link", name=str(pair.south.municipality), exact=True))
    previews = lead.page.locator("main details [lang]")
    assert {one.get_attribute("lang") for one in previews.all()} == {"nl", "fr", "en"}
    for one in previews.all():
        assert str(pair.north.municipality) in (one.text_content() or "")
    lead.follow("All letters")


def lead_releases(lead: Actor, scenario: Scenario) -> list[Proposal]:
    lead.press("Release and send the letters")
    along = (
        "north__municipality__country",
        "south__municipality__country",
        "track__partner_country__country",
    )
    proposals = list(Proposal.objects.filter(scenario=scenario).select_related(*along).order_by("pk"))
    told = (
        "%(count)s pair is proposed. The letters go out now.",
        "%(count)s pairs are proposed. The letters go out now.",
    )
    said = lead.page.get_by_role("status").get_by_text(lead.words.many(*told, len(proposals)))
    expect(said.first).to_be_visible()
    return proposals
