"""Everybody whom the role matrix sends to a page: the demo's people, and some who have nothing to do with it."""

from portal.demo.accounts import make_person, make_staff
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, SteeringSeat
from sdgpartners.programme.models import Association, Country, Municipality, Programme

SEATS = (
    "vvsg", "finance", "ancb", "ralga", "reviewer", "reviewer2", "facilitator", "auditor", "steering", "observer",
    "admin",
)  # fmt: skip
# Genk works with Nikki in Benin, Leuven with Karongi in Rwanda, Turnhout with another commune of Benin.
STAFF = (
    "genk.editor", "genk.signatory", "nikki.editor", "nikki.signatory", "leuven.editor", "leuven.signatory",
    "karongi.editor", "turnhout.editor", "gent.editor", "gent.signatory",
)  # fmt: skip
STRANGERS = ("antwerpen.editor", "uganda")
ACCOUNTS = (*SEATS, *STAFF, *STRANGERS)


def add_strangers() -> None:
    """An observer of ANCB; a municipality without anything; a coordinator of a country outside the programme."""
    programme = Programme.objects.get(is_fictional=True)
    observer = make_person("observer", "Odile", "Regarde", "fr", "Africa/Porto-Novo", may_sign_in=False)
    SteeringSeat.objects.create(
        user=observer,
        programme=programme,
        kind=SteeringKind.OBSERVER,
        association=Association.objects.get(code="ancb"),
    )
    make_staff(Municipality.objects.select_related("country").get(name="Antwerpen"))
    outside = Country.objects.get(code="RW")
    outside.pk, outside.code, outside.name_en = "UG", "UG", "Uganda"
    outside.save(force_insert=True)
    association = Association.objects.create(
        code="outside", acronym="OUT", country=outside, name_en="Outside", name_fr="Dehors", name_nl="Buiten"
    )
    stranger = make_person("uganda", "Una", "Okello", "en", "Africa/Kigali", may_sign_in=False)
    for role in AssociationRole:
        AssociationSeat.objects.create(user=stranger, association=association, role=role)
