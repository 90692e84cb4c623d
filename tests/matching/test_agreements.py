"""The text of the agreement: standard or of the lead, filled in, fixed with the first signature, the same for both."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from matching.agreement_words import (
    FILE,
    fingerprint,
    missing_placeholders,
    names_one_more,
    standard_bodies,
    unknown_placeholders,
)
from matching.errors import NotEntitled
from matching.models import AgreementText, Partnership
from matching.reports import KIND, agreement_context, may_read, title
from matching.selectors.agreements import blocks_of, text_on, wording_of
from matching.selectors.ends import Cap, capped_end, end_of
from matching.selectors.partnerships import with_plan
from matching.services import set_start, sign_agreement
from matching.services.agreement_texts import TextSigned, write_agreement_text
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.documents.pdf import render_pdf
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor, make_seat
from tests.matching.factories import Round, make_partnership, make_round
from tests.matching.test_pages import signed_in
from tests.world import World

OWN: Mapping[str, str] = {
    "en": "# Parties\n\n{north} and {south}, {starts_on} to {ends_on}, {budget}.",
    "fr": "# Parties\n\n{north} et {south}, du {starts_on} au {ends_on}, {budget}.",
    "nl": "# Partijen\n\n{north} en {south}, van {starts_on} tot {ends_on}, {budget}.",
}


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round) -> tuple[Partnership, User, User]:
    partnership, north, south = make_partnership(made)
    for person in (north, south):
        person.language = "en"
        person.save()
    return partnership, north, south


def page(partnership: Partnership, name: str = "agreement") -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference])


def test_the_standard_text_names_both_as_equals_and_can_be_filled() -> None:
    assert FILE.name == "agreement.toml"
    for body in standard_bodies().values():
        assert unknown_placeholders(body) == missing_placeholders(body) == []
        assert not names_one_more(body)
        assert [block.heading for block in blocks_of(body) if block.heading][-1]


@pytest.mark.parametrize(
    ("body", "unknown", "missing", "unequal"),
    [
        ("{north} {south} {starts_on} {ends_on} {budget}", [], [], False),
        ("{north} {south} {mayor} {", ["mayor", "{"], ["budget", "ends_on", "starts_on"], False),
        ("{north} {north} {south} {starts_on} {ends_on} {budget}", [], [], True),
        ("{south} {starts_on} {ends_on} {budget}", [], ["north"], True),
    ],
)
def test_what_stands_in_braces(body: str, unknown: list[str], missing: list[str], unequal: bool) -> None:
    assert unknown_placeholders(body) == unknown
    assert missing_placeholders(body) == missing
    assert names_one_more(body) == unequal


def test_a_text_in_blocks() -> None:
    blocks = blocks_of("# Who\nOne\nTwo\r\n\r\n- a\n- b\n\n# End")
    assert [(one.heading, one.paragraph, one.points) for one in blocks] == [
        ("Who", "", ()),
        ("", "One\nTwo", ()),
        ("", "", ("a", "b")),
        ("End", "", ()),
    ]


def test_the_agreement_is_filled_in_each_language(pair: tuple[Partnership, User, User]) -> None:
    partnership = with_plan(pair[0])
    wording = wording_of(partnership)
    assert not wording.frozen
    assert wording.text is None
    for body in wording.bodies.values():
        assert "{" not in body
        assert body.count("Leuven") == body.count("Karongi") == 3
        assert partnership.reference in body
        assert "VVSG" in body
        assert "RALGA" in body
    assert "35.000" in wording.bodies["nl"]
    assert "17,500" in wording.bodies["en"]
    with override("nl"):
        assert wording_of(partnership).bodies == wording.bodies


def test_the_first_signature_fixes_the_text_for_both(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    starts_on = with_plan(partnership).agreement.starts_on
    words = wording_of(with_plan(partnership)).bodies
    signed = sign_agreement(
        partnership=partnership, side=Side.NORTH, starts_on=starts_on, actor=north, read=fingerprint(words)
    )
    assert signed.frozen_at is not None
    assert {"en": signed.body_en, "fr": signed.body_fr, "nl": signed.body_nl} == words
    write_agreement_text(
        programme=world.programme, valid_from=clock.today(), bodies=OWN, actor=world.coordinator_vvsg
    )
    world.leuven.name = "Leuven-New"
    world.leuven.save()
    assert wording_of(with_plan(partnership)).bodies == words
    sign_agreement(
        partnership=partnership, side=Side.SOUTH, starts_on=starts_on, actor=south, read=fingerprint(words)
    )
    assert with_plan(partnership).agreement.body_en == words["en"]


def test_words_that_changed_are_not_signed_unread(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, _south = pair
    before = with_plan(partnership)
    mark = fingerprint(wording_of(before).bodies)
    text = write_agreement_text(
        programme=world.programme, valid_from=clock.today(), bodies=OWN, actor=world.coordinator_vvsg
    )
    signing = {"partnership": partnership, "side": Side.NORTH, "starts_on": before.agreement.starts_on}
    with pytest.raises(DomainError, match="text has changed"):
        sign_agreement(actor=north, read=mark, **signing)
    now = wording_of(with_plan(partnership))
    assert now.bodies["en"].startswith("# Parties\n\nLeuven and Karongi")
    signed = sign_agreement(actor=north, read=fingerprint(now.bodies), **signing)
    assert signed.text == text
    with pytest.raises(TextSigned):
        write_agreement_text(
            programme=world.programme, valid_from=clock.today(), bodies=OWN, text=text,
            actor=world.coordinator_vvsg,
        )  # fmt: skip


def test_another_start_fills_the_text_in_anew(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    first = with_plan(partnership).agreement.starts_on
    before = wording_of(with_plan(partnership)).bodies
    later = set_start(partnership=partnership, starts_on=first + timedelta(days=30), actor=north)
    assert wording_of(with_plan(partnership)).bodies["en"] != before["en"]
    sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=later.starts_on, actor=north)
    changed = set_start(partnership=partnership, starts_on=first, actor=south)
    assert (changed.frozen_at, changed.body_en, changed.signed_north_at) == (None, "", None)
    assert wording_of(with_plan(partnership)).bodies == before


def test_the_text_of_a_day(world: World) -> None:
    today = clock.today()
    later = write_agreement_text(
        programme=world.programme, valid_from=today + timedelta(days=10), bodies=OWN,
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    assert text_on(world.programme, today) is None
    assert text_on(world.programme, today + timedelta(days=10)) == later
    with pytest.raises(DomainError, match="from this day already"):
        write_agreement_text(
            programme=world.programme, valid_from=later.valid_from, bodies=OWN, actor=world.coordinator_vvsg
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fr": " "}, "missing in one of the languages"),
        ({"nl": OWN["nl"] + " {mayor}"}, "mayor"),
        ({"en": "{north} {south} {starts_on} {ends_on}"}, "budget"),
        ({"en": OWN["en"] + " {north}"}, "as often as"),
    ],
)
def test_a_text_that_cannot_be_filled_is_refused_by_name(
    world: World, change: dict[str, str], says: str
) -> None:
    with pytest.raises(Incomplete, match=says), override("en"):
        write_agreement_text(
            programme=world.programme, valid_from=clock.today(), bodies={**OWN, **change},
            actor=world.coordinator_vvsg,
        )  # fmt: skip
    assert not AgreementText.objects.exists()


def test_only_the_lead_writes_the_text(world: World) -> None:
    for person in (
        world.coordinator_ralga,
        make_editor(world.leuven),
        make_seat(world.vvsg, AssociationRole.AUDITOR),
    ):
        with pytest.raises(NotEntitled):
            write_agreement_text(
                programme=world.programme, valid_from=clock.today(), bodies=OWN, actor=person
            )


def test_what_caps_the_end(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership = with_plan(pair[0])
    starts_on = date(2027, 1, 1)
    cases = [
        (date(2029, 12, 31), date(2030, 12, 31), Cap.DURATION, date(2028, 12, 31)),
        (date(2028, 6, 30), date(2030, 12, 31), Cap.RULES, date(2028, 6, 30)),
        (date(2029, 12, 31), date(2028, 3, 31), Cap.PROGRAMME, date(2028, 3, 31)),
    ]
    programme = partnership.partner_country.programme
    for rules_end, programme_end, cap, day in cases:
        world.rules.partnerships_end_on, programme.ends_on = rules_end, programme_end
        found = capped_end(partnership, starts_on, world.rules)
        assert (found.cap, found.day) == (cap, day)
        with override("en"):
            assert ("24 months" if cap == Cap.DURATION else str(day.year)) in found.reason
    partnership.ends_on = date(2028, 1, 31)
    assert end_of(partnership, starts_on, world.rules).cap == Cap.CHANGED


def test_the_page_shows_the_text_in_the_readers_language_and_the_others(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, north, south = pair
    text = signed_in(north).get(page(partnership)).content.decode()
    assert "They are equal partners." in text
    assert "Zij zijn gelijke partners." in text
    assert "Elles sont des partenaires égales." in text
    assert "at most 24 months" in text
    read = fingerprint(wording_of(with_plan(partnership)).bodies)
    assert f'value="{read}"' in text
    start = with_plan(partnership).agreement.starts_on.isoformat()
    stale = signed_in(north).post(page(partnership, "sign"), {"starts_on": start, "read": "x"})
    assert stale.status_code == 422
    assert "text has changed" in stale.content.decode()
    assert signed_in(north).post(page(partnership, "sign"), {"starts_on": start}).status_code == 422
    for person in (north, south):
        answer = signed_in(person).post(page(partnership, "sign"), {"starts_on": start, "read": read})
        assert answer.status_code == 302
    assert "This text is fixed" in signed_in(south).get(page(partnership)).content.decode()


def test_the_pdf_in_three_languages_with_both_signatures(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    starts_on = with_plan(partnership).agreement.starts_on
    assert agreement_context(partnership.reference, "en")["signed"] is False
    for side, person in ((Side.NORTH, north), (Side.SOUTH, south)):
        sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=person)
    for language, words in (("en", "Money"), ("fr", "Argent"), ("nl", "Geld")):
        with override(language):
            context = agreement_context(partnership.reference, language)
            assert words in [block.heading for block in context["blocks"]]
            assert context["signed"]
            assert "Leuven" in title(partnership.reference, language)
    pdf = render_pdf("pdf/partnership_agreement.html", context, "nl")
    assert pdf.startswith(b"%PDF")
    assert may_read(north, partnership.reference)
    assert may_read(world.coordinator_ralga, partnership.reference)
    for stranger in (make_editor(world.gent), world.coordinator_ancb):
        assert not may_read(stranger, partnership.reference)
    form = {"kind": KIND, "subject": partnership.reference, "language": "fr"}
    assert signed_in(south).post(reverse("documents:report-create"), form).status_code == 302
    assert (
        signed_in(make_editor(world.gent)).post(reverse("documents:report-create"), form).status_code == 404
    )


def test_the_lead_writes_a_text_at_the_desk_with_a_preview(world: World) -> None:
    lead = world.coordinator_vvsg
    lead.language = "en"
    lead.save()
    client = signed_in(lead)
    add = reverse("admin:matching_agreementtext_add")
    assert "neither of them leads" in client.get(add).content.decode().lower()
    form = {
        "programme": world.programme.pk,
        "valid_from": clock.today().isoformat(),
        **{f"body_{code}": body for code, body in OWN.items()},
    }
    shown = client.post(add, {**form, "preview": "1"})
    assert shown.status_code == 200
    assert "Northtown and Southtown" in shown.content.decode()
    assert not AgreementText.objects.exists()
    wrong = client.post(add, {**form, "body_fr": OWN["fr"] + " {maire}"})
    assert wrong.status_code == 422
    assert "“maire” in braces is not known here." in wrong.content.decode()
    assert client.post(add, form).status_code == 302
    text = AgreementText.objects.get()
    change = reverse("admin:matching_agreementtext_change", args=[text.pk])
    assert client.post(change, {**form, "body_en": OWN["en"] + " Done."}).status_code == 302
    text.refresh_from_db()
    assert text.body_en.endswith("Done.")


def test_at_the_desk_others_read_and_strangers_get_nothing(world: World) -> None:
    text = write_agreement_text(
        programme=world.programme, valid_from=clock.today(), bodies=OWN, actor=world.coordinator_vvsg
    )
    change = reverse("admin:matching_agreementtext_change", args=[text.pk])
    add = reverse("admin:matching_agreementtext_add")
    for reader in (world.coordinator_ralga, make_seat(world.vvsg, AssociationRole.AUDITOR)):
        assert 'name="body_en"' not in signed_in(reader).get(change).content.decode()
        assert signed_in(reader).get(add).status_code == 403
        assert signed_in(reader).post(add, {}).status_code == 403
    money = make_seat(world.ralga, AssociationRole.CHECKER)
    assert signed_in(money).get(change).status_code in (302, 403)
    assert signed_in(make_editor(world.leuven)).get(change).status_code in (302, 403)
