"""Texts of a call: standard ones in three languages, one's own, and what may stand in braces in them."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.call_dates import CallDates
from applications.enums import CallTextKind
from applications.letters import PLACEHOLDERS, Words, fill, placeholders_in, unknown_placeholders
from applications.models import CallText
from applications.selectors.call_texts import confidentiality_text, text_of
from applications.services.call_texts import TextsStand, UnknownPlaceholder, write_text
from applications.services.copying import copy_call
from applications.standard_texts import standard_texts
from sdgpartners.core import clock
from sdgpartners.core.text import LANGUAGE_CODES
from tests.applications.deciding import mails_on, scored_round
from tests.applications.factories import make_call, open_call
from tests.factories import in_english
from tests.world import World

SELECTED = CallTextKind.LETTER_SELECTED


def own_words(
    subject: str = "{municipality}: {confirm_by}", body: str = "{points}\n\n{confirm_by}"
) -> dict[str, str]:
    given = {f"subject_{code}": f"{subject} {code}" for code in LANGUAGE_CODES}
    return given | {f"body_{code}": body for code in LANGUAGE_CODES}


def test_every_kind_has_a_standard_text_in_three_languages() -> None:
    texts = standard_texts()
    assert set(texts) == set(CallTextKind)
    for kind, languages in texts.items():
        assert set(languages) == set(LANGUAGE_CODES)
        bodies = {words.body for words in languages.values()}
        assert len(bodies) == 3
        known = [set(placeholders_in(words.body)) for words in languages.values()]
        assert known[0] == known[1] == known[2], kind
    for words in (row["fr"] for row in texts.values()):
        for sign in ":;?!":
            assert f" {sign}" not in words.body
            assert f" {sign}" not in words.subject


def test_braces_are_filled_once_and_named_as_they_stand() -> None:
    assert fill("{a} and {b}", {"a": "{b}", "b": "x"}) == "{b} and x"
    assert unknown_placeholders(SELECTED, "{points} {naam} {} { {naam}") == ["naam", "", "{"]
    assert unknown_placeholders(SELECTED, "{points}", in_subject=True) == ["points"]
    with pytest.raises(KeyError, match="naam"):
        fill("{naam}", {})


@given(st.text(), st.sampled_from(list(CallTextKind)))
def test_what_has_no_unknown_braces_can_always_be_filled(text: str, kind: CallTextKind) -> None:
    values = dict.fromkeys(PLACEHOLDERS[kind], "x")
    if not unknown_placeholders(kind, text):
        assert "{" not in fill(text, values)
        assert "}" not in fill(text, values)


@pytest.mark.django_db
def test_a_text_with_an_unknown_placeholder_is_refused_by_its_name(client: Client, world: World) -> None:
    call = open_call(world)
    page = reverse("admin:applications_call_text", args=(call.pk, "letter_selected"))
    client.force_login(in_english(world.coordinator_vvsg))
    assert "{confirm_by}" in client.get(page).content.decode()
    wrong = own_words() | {
        "body_fr": "{points} {naam_burgemeester} {confirm_by}",
        "subject_nl": "Gefeliciteerd",
    }
    refused = client.post(page, wrong)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "“naam_burgemeester” in braces is not known here." in text
    assert "{confirm_by} is missing." in text
    assert not CallText.objects.exists()
    with pytest.raises(UnknownPlaceholder, match="naam_burgemeester"):
        write_text(
            call=call, kind=SELECTED, actor=world.coordinator_vvsg,
            words=dict.fromkeys(LANGUAGE_CODES, Words("{confirm_by}", "{points} {confirm_by} {naam_burgemeester}")),
        )  # fmt: skip


@pytest.mark.django_db
def test_ones_own_text_holds_until_the_standard_one_is_taken_again(client: Client, world: World) -> None:
    call = open_call(world)
    page = reverse("admin:applications_call_text", args=(call.pk, "letter_selected"))
    client.force_login(in_english(world.coordinator_vvsg))
    assert client.post(page, own_words(body="Beste,\r\n\r\n{points}\r\n{confirm_by}")).status_code == 302
    assert text_of(call, SELECTED, "nl").body == "Beste,\n\n{points}\n{confirm_by}"
    assert (
        "in your own words"
        in client.get(reverse("admin:applications_call_texts", args=(call.pk,))).content.decode()
    )
    copied = copy_call(
        call=call, code="next", title=dict.fromkeys(LANGUAGE_CODES, "Next"), actor=world.coordinator_vvsg,
        dates=CallDates(opens_at=call.opens_at, closes_at=call.closes_at, time_zone=call.time_zone),
    )  # fmt: skip
    assert text_of(copied, SELECTED, "fr").subject.endswith("fr")
    client.post(page, {"standard": "1"})
    assert text_of(call, SELECTED, "nl") == standard_texts()[SELECTED]["nl"]
    assert client.get(reverse("admin:applications_call_text", args=(call.pk, "letter_x"))).status_code == 404
    client.force_login(world.coordinator_ralga)
    assert client.get(page).status_code == 403
    assert client.post(page, own_words()).status_code == 403


@pytest.mark.django_db
def test_the_letters_are_in_the_calls_own_words_and_then_stand(client: Client, world: World) -> None:
    made = scored_round(world)
    words = {
        code: Words(f"{code} {{municipality}} {{confirm_by}}", f"Own {code}.\n\n{{points}}\n\n{{confirm_by}}")
        for code in LANGUAGE_CODES
    }
    write_text(call=made.call, kind=SELECTED, words=words, actor=made.lead)
    with clock.at(made.closed):
        made.prepare()
        made.release()
        mail = mails_on(made.gent.application)[0]
        assert mail.subject.startswith("nl Gent ")
        assert mail.body_text.startswith("Own nl.")
        with pytest.raises(TextsStand):
            write_text(call=made.call, kind=SELECTED, words=words, actor=made.lead)
        client.force_login(made.lead)
        page = reverse("admin:applications_call_text", args=(made.call.pk, "letter_selected"))
        text = client.get(page).content.decode()
        assert "Own fr." in text
        assert "<textarea" not in text.split("<main")[1]


@pytest.mark.django_db
def test_the_text_on_confidentiality_is_filled_in(world: World) -> None:
    call = make_call(world)
    assert "“Najaarsoproep”" in confidentiality_text(call, "nl")
    assert "{" not in confidentiality_text(call, "fr")
