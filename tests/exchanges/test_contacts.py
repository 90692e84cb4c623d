"""Contact logged from a phone: once for a double tap, on a day that can be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from exchanges.enums import ContactKind
from exchanges.errors import NotRunning, OutsidePeriod
from exchanges.models import Contact
from exchanges.services.contacts import log_contact
from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import NOON, Pairs, build_pairs
from tests.world import build_world

TODAY = date(2026, 11, 23)


def _log(pairs: Pairs, **fields: Any) -> Contact:
    values: dict[str, Any] = {
        "partnership": pairs.gent_karongi,
        "side": Side.NORTH,
        "kind": ContactKind.CALL,
        "held_on": TODAY,
        "actor": pairs.gent,
        **fields,
    }
    return log_contact(**values)


def test_a_contact_keeps_who_what_and_in_which_language(pairs: Pairs) -> None:
    contact = _log(pairs, note=" Over jongeren ")
    assert (contact.note, contact.language, contact.logged_by) == ("Over jongeren", "nl", pairs.gent)


def test_a_double_tap_is_one_contact(pairs: Pairs) -> None:
    token = uuid4()
    first = _log(pairs, form_token=token)
    assert _log(pairs, form_token=token) == first
    assert Contact.objects.count() == 1
    _log(pairs, form_token=uuid4())
    assert Contact.objects.count() == 2


def test_somebody_elses_token_gives_nothing_away(pairs: Pairs) -> None:
    token = uuid4()
    _log(pairs, form_token=token, note="ours")
    with pytest.raises(DomainError):
        _log(pairs, partnership=pairs.leuven_nyanza, actor=pairs.leuven, form_token=token)


@pytest.mark.parametrize(
    ("held_on", "fits"),
    [(TODAY, True), (date(2026, 11, 24), False), (date(2026, 1, 1), True), (date(2025, 12, 31), False)],
)
def test_the_day_is_not_to_come_and_not_before_the_start(pairs: Pairs, held_on: date, fits: bool) -> None:
    if fits:
        assert _log(pairs, held_on=held_on).held_on == held_on
    else:
        with pytest.raises(OutsidePeriod):
            _log(pairs, held_on=held_on)


def test_today_is_the_persons_own(pairs: Pairs) -> None:
    with clock.at(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)):  # 00:30 on the 24th in Kigali
        tomorrow = date(2026, 11, 24)
        assert _log(pairs, actor=pairs.karongi, side=Side.SOUTH, held_on=tomorrow).held_on == tomorrow
        with pytest.raises(OutsidePeriod):
            _log(pairs, held_on=tomorrow)


def test_a_partnership_that_does_not_run_logs_nothing(pairs: Pairs) -> None:
    pair = pairs.gent_karongi
    for status, error in (
        (PartnershipStatus.SUSPENDED, StandsStill),
        (PartnershipStatus.CLOSED, NotRunning),
    ):
        pair.status = status
        pair.save()
        with pytest.raises(error):
            _log(pairs)


@pytest.fixture
def committed_pairs(transactional_db: None) -> Iterator[Pairs]:
    with clock.at(NOON):
        yield build_pairs(build_world())


def test_two_taps_at_once_are_one_contact(committed_pairs: Pairs) -> None:
    token = uuid4()

    def tap(_number: int) -> int:
        try:
            return _log(committed_pairs, form_token=token).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(tap, range(8)))
    assert len(set(keys)) == 1
    assert Contact.objects.count() == 1
