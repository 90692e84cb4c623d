"""Eligibility in every combination of country, list, merger, town twinning and rehearsal, beside a naive model."""

from dataclasses import dataclass

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.enums import CallStatus, TwinningRule
from applications.models import Call
from applications.selectors.eligibility import Eligibility, eligibility_of
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from tests.applications.factories import open_call
from tests.factories import CountryFactory, MunicipalityFactory
from tests.world import World


@dataclass(frozen=True)
class Case:
    """What a municipality is and what its call says."""

    country: str
    on_the_list: str
    merged: bool
    is_test: bool
    northern: TwinningRule
    southern: TwinningRule
    declared: bool | None
    rehearsal: bool

    @property
    def listed(self) -> bool:
        return self.on_the_list in ("no list", "itself", "predecessor") or self.is_test

    @property
    def rule(self) -> TwinningRule:
        return self.northern if self.country == "BE" else self.southern

    @property
    def may_take_part(self) -> bool:
        """The whole rule in one sentence."""
        return (
            self.country in ("BE", "BJ")
            and not self.merged
            and (not self.is_test or self.rehearsal)
            and (self.country == "BE" or self.listed)
            and not (self.rule == TwinningRule.CONDITION and self.declared is True)
        )


CASES = st.builds(
    Case,
    country=st.sampled_from(["BE", "BJ", "SN"]),
    on_the_list=st.sampled_from(["no list", "itself", "predecessor", "another"]),
    merged=st.booleans(),
    is_test=st.booleans(),
    northern=st.sampled_from(TwinningRule),
    southern=st.sampled_from(TwinningRule),
    declared=st.sampled_from([None, True, False]),
    rehearsal=st.booleans(),
)


def made(world: World, call: Call, case: Case) -> Municipality:
    """The municipality of the case in a call that says what the case says."""
    country = {"BE": world.be, "BJ": world.bj}.get(case.country) or CountryFactory(code="SN")
    place: Municipality = MunicipalityFactory(
        country=country,
        code="X1",
        is_test=case.is_test,
        successor=MunicipalityFactory(country=country, code="X2") if case.merged else None,
    )
    predecessor = MunicipalityFactory(country=country, code="X3", successor=place)
    call.northern_twinning = case.northern
    if case.rehearsal:
        call.status, call.rehearsal_since = CallStatus.DRAFT, clock.now()
    call.save()
    track = call.tracks.get(partner_country=world.benin)
    track.southern_twinning = case.southern
    track.save()
    if case.on_the_list != "no list":
        listed = {"itself": place, "predecessor": predecessor, "another": world.nikki}
        track.eligible.set([listed[case.on_the_list]])
    return place


def check(found: Eligibility, case: Case) -> None:
    assert found.met is case.may_take_part
    assert found.met is not bool(found.unmet)
    assert found.side == {"BE": Side.NORTH, "BJ": Side.SOUTH}.get(case.country)
    assert (found.track is not None) is (case.country == "BJ")
    # Whoever is refused reads why, and whom to ask.
    assert all(str(reason.text) and reason.contact is not None for reason in found.unmet)
    assert all(reason.met for reason in found.reasons if reason.remark)
    codes = [reason.code for reason in found.reasons]
    assert len(codes) == len(set(codes))


def test_eligibility_equals_the_model(world: World) -> None:
    call = open_call(world)

    @settings(max_examples=150, deadline=None)
    @given(CASES)
    def holds(case: Case) -> None:
        with transaction.atomic():
            mine = Call.objects.get(pk=call.pk)
            place = made(world, mine, case)
            check(eligibility_of(place, mine, case.declared), case)
            transaction.set_rollback(True)

    holds()


def test_a_declaration_never_helps_and_a_list_never_widens(world: World) -> None:
    call = open_call(world)

    @settings(max_examples=60, deadline=None)
    @given(CASES)
    def holds(case: Case) -> None:
        with transaction.atomic():
            mine = Call.objects.get(pk=call.pk)
            place = made(world, mine, case)
            met = {declared: eligibility_of(place, mine, declared).met for declared in (None, True, False)}
            assert met[True] <= met[False] == met[None]
            mine.tracks.get(partner_country=world.benin).eligible.clear()
            assert eligibility_of(place, mine, case.declared).met >= met[case.declared]
            transaction.set_rollback(True)

    holds()
