"""An expense from the receipt to the approval by somebody else."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw
from playwright.sync_api import expect

from budget.enums import ExpenseStatus
from budget.models import Category, Expense
from matching.models import Partnership
from portal.demo.rounds import noon
from sdgpartners.core import clock
from tests.journeys.actors import Actor, Stage
from tests.journeys.cast import WINDOW, Cast

AMOUNT, IN_EURO = "655.957,00", Decimal("1000.00")  # the fixed parity of the CFA franc
PAID_ON = WINDOW - timedelta(days=5)
PAYEE = "Agence (fictive)"


def receipt() -> bytes:
    """A small picture, as a phone would send it."""
    picture = Image.new("RGB", (320, 200), "white")
    ImageDraw.Draw(picture).text((20, 40), "FICTIF 655 957 XOF", fill="black")
    held = BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def editor_claims(editor: Actor, pair: Partnership) -> Expense:
    """In the currency of the receipt, with a photo of it; then submitted to the association."""
    words = editor.words
    category = Category.objects.filter(programme=pair.partner_country.programme).order_by("order")[0]
    editor.open("budget:budget-detail", pair.reference)
    editor.follow("Add an expense")
    editor.fill("Date of the receipt", f"{PAID_ON}")
    editor.fill("Paid to", PAYEE)
    editor.fill("Amount on the receipt", AMOUNT)
    editor.choose("Currency", "XOF")
    editor.choose("Category", words.of(category))
    editor.labelled(words("Receipt")).set_input_files(
        {"name": "recu.png", "mimeType": "image/png", "buffer": receipt()}
    )
    editor.press("Save")
    editor.told("Your draft is saved. Read it once more and submit it.")
    editor.press("Submit to the association")
    editor.told("The expense is submitted. The association checks it.")
    expense: Expense = Expense.objects.get()
    assert (expense.status, expense.amount, expense.currency, expense.claimed) == (
        ExpenseStatus.SUBMITTED, Decimal("655957"), "XOF", IN_EURO,
    )  # fmt: skip
    return expense


def checker_checks(checker: Actor, expense: Expense) -> None:
    """The receipt is looked at, the claim passed on; who checked is offered no approval and is refused one."""
    checker.open("portal:start")
    checker.page.get_by_role(
        "link", name=checker.words("Check or approve an expense"), exact=True
    ).first.click()
    with checker.page.expect_download() as download:
        checker.page.get_by_role("link", name="recu.png").click()
    assert download.value.path().read_bytes()[:4] == b"\x89PNG"
    checker.press("Checked: pass it on")
    checker.told("Checked. Somebody else approves it now.")
    assert checker.button("Approve").count() == 0
    token = checker.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    refused = checker.page.request.post(
        f"{checker.page.url}approve/",
        form={"csrfmiddlewaretoken": token},
        headers={"Referer": checker.page.url},
    )
    assert refused.status == 403
    expense.refresh_from_db()
    assert expense.status == ExpenseStatus.CHECKED


def approver_approves(approver: Actor, expense: Expense) -> None:
    approver.open("portal:start")
    approver.page.get_by_role(
        "link", name=approver.words("Check or approve an expense"), exact=True
    ).first.click()
    approver.press("Approve")
    approver.told("Approved.")
    expense.refresh_from_db()
    assert (expense.status, expense.granted) == (ExpenseStatus.APPROVED, IN_EURO)
    assert expense.checked_by_id != expense.approved_by_id


def editor_sees_what_is_left(editor: Actor, pair: Partnership) -> None:
    """A thousand euro less in the own half, nothing less in the other."""
    editor.open("budget:budget-detail", pair.reference)
    figure = editor.page.get_by_role("figure")
    figure.get_by_text(editor.words("The figures as a table"), exact=True).click()
    for place, left in ((pair.south, "16"), (pair.north, "17")):
        row = figure.get_by_role("row").filter(has_text=place.name)
        expect(row.get_by_role("cell").last).to_contain_text(left)


def spend(stage: Stage, cast: Cast, pair: Partnership) -> None:
    """One expense of the commune, seen by four people."""
    with clock.at(noon(PAID_ON + timedelta(days=2))):
        with stage.as_(cast.staff[pair.south.name].editor, phone=True) as editor:
            expense = editor_claims(editor, pair)
        with stage.as_(cast.seats["finance"]) as checker:
            checker_checks(checker, expense)
        with stage.as_(cast.seats["vvsg"]) as approver:
            approver_approves(approver, expense)
        with stage.as_(cast.staff[pair.south.name].editor, phone=True) as editor:
            editor_sees_what_is_left(editor, pair)
