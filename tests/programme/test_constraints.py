"""What the database itself refuses, whoever writes."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sdgpartners.programme.models import (
    EligibleMunicipality,
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    RuleCriterion,
    Theme,
)

REFUSED: list[tuple[type[Any], dict[str, object], str]] = [
    (Programme, {"ends_on": date(2021, 1, 1)}, "programme_ends_after_start"),
    (ProgrammeRules, {"delegation_min": 4}, "rules_delegation_not_below_least"),
    (ProgrammeRules, {"delegation_max": 2}, "rules_delegation_not_above_most"),
    (ProgrammeRules, {"learning_questions_max": 1}, "rules_learning_questions_in_order"),
    (
        ProgrammeRules,
        dict.fromkeys([f"match_weight_{name}" for name in ("theme", "exchange", "language", "preference")], 0)
        | {"match_weight_size": 0, "match_weight_application": 0},
        "rules_a_match_weight_counts",
    ),
    (RuleCriterion, {"weight": 0}, "rule_criterion_weight_positive"),
    (RuleCriterion, {"scale_max": 0}, "rule_criterion_scale_in_order"),
    (RuleCriterion, {"floor": 9}, "rule_criterion_floor_on_scale"),
    (Theme, {"kind": "pillar", "pillar": None}, "theme_of_a_pillar_names_it"),
    (PartnerCountry, {"suspended_since": date(2025, 3, 17)}, "partner_country_suspension_has_reason"),
    (Municipality, {"population_year": None}, "municipality_population_has_year"),
]


@pytest.mark.parametrize(("model", "values", "constraint"), REFUSED, ids=[row[2] for row in REFUSED])
def test_the_database_refuses(
    globe: Programme, model: type[Any], values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**values)


@pytest.mark.parametrize(("model", "values", "constraint"), REFUSED, ids=[row[2] for row in REFUSED])
def test_a_form_names_the_field(
    globe: Programme, model: type[Any], values: dict[str, object], constraint: str
) -> None:
    instance = model.objects.first()
    for name, value in values.items():
        setattr(instance, name, value)
    with pytest.raises(ValidationError) as caught:
        instance.validate_constraints()
    [error] = caught.value.error_dict["__all__"]
    assert error.code in {column.name for column in model._meta.fields}
    assert "violated" not in str(error.message)  # Django's own words name the constraint, which helps nobody


def test_a_municipality_is_not_its_own_successor(globe: Programme) -> None:
    gent = Municipality.objects.get(country="BE", code="44021")
    gent.successor = gent
    with pytest.raises(IntegrityError, match="municipality_not_its_own_successor"), transaction.atomic():
        gent.save()


def test_a_municipality_stands_once_on_the_eligible_list(globe: Programme) -> None:
    line = EligibleMunicipality.objects.first()
    assert line is not None
    with pytest.raises(IntegrityError, match="eligible_municipality_once"), transaction.atomic():
        EligibleMunicipality.objects.create(
            partner_country=line.partner_country, municipality=line.municipality
        )


def test_history_keeps_who_came_on_the_eligible_list_and_went(globe: Programme) -> None:
    line = EligibleMunicipality.objects.select_related("municipality").get(municipality__name="Nyanza")
    line.delete()
    events = EligibleMunicipality.pgh_event_model.objects.filter(municipality=line.municipality)  # type: ignore[attr-defined]
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "delete"]
