"""How municipalities answer a proposed match, what their colleges decide, and the reasons on paper."""

from django.utils.translation import override
from playwright.sync_api import expect

from matching.enums import FormalBody, FormalSubject
from matching.models import Partnership, Proposal
from matching.sentences import parts_in_words
from sdgpartners.core import clock
from sdgpartners.programme.models import Municipality
from tests.journeys.actors import Actor
from tests.journeys.keys import Keys


def reads_why(signatory: Actor, proposal: Proposal, partner: Municipality) -> None:
    """Who is proposed, and the reasons in one's own language."""
    signatory.open("portal:start")
    signatory.follow("Answer the proposed match")
    signatory.heads(signatory.words("Your proposed partner: %(partner)s", partner=partner))
    with override(signatory.words.language):
        parts = parts_in_words(proposal.parts, scores=False)
    known = [part.sentence for part in parts if part.points is not None]
    assert len(known) >= 3
    for sentence in known:
        signatory.sees(sentence)


def declines(signatory: Actor, reason: str) -> None:
    """On the page of the proposal, with the reason."""
    signatory.unfold("Decline this match")
    signatory.fill("Reason", reason)
    signatory.press("Decline with this reason")
    signatory.told("You have declined. The coordinators look for another match.")


def a_college_will_decide(editor: Actor, pair: Partnership) -> None:
    """The college decides on the agreement; it is on the agenda."""
    editor.open("matching:partnership-decisions", pair.reference)
    editor.unfold("Enter a decision of your side")
    editor.choose("About", editor.words.of(FormalSubject.AGREEMENT.label))
    editor.choose("Who decides", editor.words.of(FormalBody.EXECUTIVE.label))
    editor.fill("Put on the agenda on", f"{clock.today()}")
    editor.press("Enter the decision")
    editor.told("The decision is entered.")


def the_college_decided(editor: Actor, pair: Partnership) -> None:
    """Until it has, the start waits."""
    editor.open("matching:partnership-agreement", pair.reference)
    editor.heads(editor.words("What the start still needs"))
    editor.hit(editor.link("Formal decisions").first)
    change = editor.page.get_by_role("main").locator("a.btn-sm")
    editor.hit(change)
    editor.fill("Decided on", f"{clock.today()}")
    editor.tick(editor.page.get_by_role("radio", name=editor.words("Yes"), exact=True))
    editor.fill("Number of the decision", "2026/117 (fictief)")
    editor.press("Keep the changes")
    editor.told("The decision is changed.")


def downloads(hand: Keys) -> bytes:
    """The PDF that is ready, as bytes."""
    page = hand.page
    ready = page.get_by_role("main").locator("a.btn-primary")
    expect(ready).to_contain_text(hand.words("Download the PDF"))
    hand.walk(ready)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    return download.value.path().read_bytes()
