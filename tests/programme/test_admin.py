"""The coordinators' pages on the programme, opened by the administrator."""

from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sdgpartners.people.models import User
from sdgpartners.programme.admin.rules import RulesForm
from sdgpartners.programme.models import Municipality, Programme, ProgrammeRules

MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "programme"),
    key=lambda model: model._meta.label,
)


@pytest.fixture
def desk(globe: Programme, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root@example.org"))
    return client


def _page(model: type[Model], page: str, *arguments: object) -> str:
    return reverse(f"admin:programme_{model._meta.model_name}_{page}", args=arguments)


def test_every_model_that_people_edit_has_its_page() -> None:
    assert [model.__name__ for model in MODELS] == [
        "Association",
        "Country",
        "Goal",
        "Milestone",
        "Municipality",
        "PartnerCountry",
        "Pillar",
        "Programme",
        "ProgrammeRules",
        "RuleCommitment",
        "RuleCriterion",
        "Subtheme",
        "Target",
        "Theme",
        "TownTwinning",
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_open_and_take_few_statements(desk: Client, model: type[Model]) -> None:
    with CaptureQueriesContext(connection) as caught:
        response = desk.get(_page(model, "changelist"), {"q": ""})
    assert response.status_code == 200
    assert len(caught) <= 10, [statement["sql"] for statement in caught]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_open_and_new_ones_can_be_made(desk: Client, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    assert desk.get(_page(model, "change", row.pk)).status_code == 200
    assert desk.get(_page(model, "add")).status_code == 200


def test_the_eligible_list_offers_the_country_and_takes_the_same_statements(
    desk: Client, globe: Programme
) -> None:
    rwanda = globe.partner_countries.get(country="RW")
    address = _page(type(rwanda), "change", rwanda.pk)

    def opened() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as caught:
            page = desk.get(address).content.decode()
        return page, len(caught)

    page, statements = opened()
    assert ("Karongi" in page, "Rwamagana" in page, "Bembèrèkè" in page) == (True, True, False)
    rwanda.eligible.set(Municipality.objects.filter(country="RW"))
    assert opened()[1] == statements


def test_codes_are_fixed_once_given(desk: Client, globe: Programme) -> None:
    page = desk.get(_page(Programme, "change", globe.pk)).content.decode()
    assert 'name="donor"' in page
    assert 'name="code"' not in page


def test_columns_of_texts_carry_their_language_in_the_reader_s_language(desk: Client) -> None:
    page = desk.get(_page(Programme, "add")).content.decode()
    assert [label in page for label in ("Name (en)", "Name (fr)", "Name (nl)")] == [True, True, True]


def _rules(programme: Programme, **changes: object) -> RulesForm:
    class Form(RulesForm):
        class Meta:
            model = ProgrammeRules
            fields = "__all__"

    data = {
        column.name: column.value_from_object(programme.rules.get())
        for column in ProgrammeRules._meta.concrete_fields
    }
    data |= {"programme": programme.pk, "reminder_days": "-14,-3,0", "valid_from": date(2025, 1, 1)}
    data |= {"transfers_allowed": "", "reason": "DGD agreed"} | changes
    return Form(data=data)


def test_new_rules_are_checked_against_the_programme(globe: Programme) -> None:
    assert not _rules(globe).errors
    form = _rules(globe, partnerships_end_on=date(2027, 1, 1), reason="", delegation_min=4)
    assert {name: [str(error) for error in errors] for name, errors in form.errors.items()} == {
        "partnerships_end_on": ["The programme runs from 2022-01-01 to 2026-12-31."],
        "reason": ["This field is required."],
        "__all__": ["The usual delegation is smaller than the smallest."],
    }


def test_reminders_are_days_with_commas(globe: Programme) -> None:
    assert set(_rules(globe, reminder_days="often").errors) == {"reminder_days"}
    form = _rules(globe, reminder_days="-7, 0, 2")
    assert form.is_valid()
    assert form.save().reminder_days == [-7, 0, 2]


def test_saving_as_new_copies_the_rules_from_another_day_on(desk: Client, globe: Programme) -> None:
    old = globe.rules.get()
    page = desk.get(_page(ProgrammeRules, "change", old.pk))
    values = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if value is not None and value is not False
    }
    values |= {
        "reminder_days": "-14,0",
        "valid_from": "2025-06-01",
        "reason": "More visits",
        "visits_per_year": 2,
    }
    response = desk.post(_page(ProgrammeRules, "change", old.pk), values | {"_saveasnew": "1"})
    assert response.status_code == 302
    held = globe.rules.order_by("valid_from").values_list("valid_from", "visits_per_year", "budget_total")
    assert list(held) == [(date(2022, 1, 1), 1, 35000), (date(2025, 6, 1), 2, 35000)]
