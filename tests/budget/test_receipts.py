"""Receipts in quarantine: told on the page, given to nobody, and refused ones cannot be claimed on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from budget.models import Expense
from budget.services.expenses import submit_expense
from sdgpartners.core.errors import Incomplete
from sdgpartners.documents.services import scan_waiting_files
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side
from tests.budget.factories import make_expense, make_partnership, share_of
from tests.documents.scanner import EICAR, running_clamd
from tests.factories import make_editor
from tests.world import World


@pytest.fixture(autouse=True)
def scanner(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with running_clamd() as server:
        settings.CLAMD_URL = server.url
        yield


def _expense(world: World, words: str) -> tuple[Expense, Client]:
    share = share_of(make_partnership(world, world.gent, world.nikki, world.benin), Side.NORTH)
    editor = make_editor(share.municipality, language="en")
    client = Client()
    client.force_login(editor)
    return make_expense(share, editor, receipt=words), client


def test_a_receipt_is_given_out_once_it_was_looked_at(world: World) -> None:
    expense, client = _expense(world, "a receipt")
    page = reverse("budget:expense-detail", args=[expense.reference])
    receipt = reverse("budget:expense-receipt", args=[expense.reference])
    text = client.get(page).content.decode()
    assert "Being checked for viruses" in text
    assert receipt not in text
    assert client.get(receipt).status_code == 404
    scan_waiting_files()
    assert receipt in client.get(page).content.decode()
    assert b"".join(client.get(receipt).streaming_content).startswith(b"%PDF")


def test_an_infected_receipt_is_told_and_cannot_be_claimed_on(world: World) -> None:
    expense, client = _expense(world, EICAR.decode())
    scan_waiting_files()
    page = reverse("budget:expense-detail", args=[expense.reference])
    assert "Refused: Eicar-Test-Signature" in client.get(page).content.decode()
    mail = OutgoingMail.objects.get(kind="file_refused")
    assert expense.receipt is not None
    assert mail.recipient == expense.receipt.uploaded_by
    assert page in mail.body_text
    with pytest.raises(Incomplete):
        submit_expense(expense=Expense.objects.get(pk=expense.pk), actor=mail.recipient)
