"""Everybody whom the role matrix sends to a page: the demo's people, and some who have nothing to do with it."""

from matching.enums import MemberKind, TeamRole
from matching.models import PartnershipSide, TeamMember
from portal.demo.accounts import make_person, make_staff
from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat
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
# Both write along at Genk; `member` stands in the team of its partnership as well.
CONTRIBUTORS = ("genk.contributor", "genk.member")
STRANGERS = ("antwerpen.editor", "uganda")
ACCOUNTS = (*SEATS, *STAFF, *CONTRIBUTORS, *STRANGERS)


def add_contributors() -> None:
    """Two contributors of Genk, one of them in the team of its partnership."""
    genk = Municipality.objects.get(name="Genk")
    for account in CONTRIBUTORS:
        user = make_person(account, "Mee", account.title(), "nl", "Europe/Brussels", may_sign_in=False)
        Membership.objects.create(user=user, municipality=genk, role=MunicipalRole.CONTRIBUTOR)
    TeamMember.objects.create(
        side=PartnershipSide.objects.get(municipality=genk), user=user, name=str(user), role=TeamRole.CONTACT,
        kind=MemberKind.OFFICIAL,
    )  # fmt: skip


def add_strangers() -> None:
    """An observer of ANCB; contributors; a municipality without anything; a coordinator of a country outside the
    programme."""
    programme = Programme.objects.get(is_fictional=True)
    observer = make_person("observer", "Odile", "Regarde", "fr", "Africa/Porto-Novo", may_sign_in=False)
    SteeringSeat.objects.create(
        user=observer,
        programme=programme,
        kind=SteeringKind.OBSERVER,
        association=Association.objects.get(code="ancb"),
    )
    add_contributors()
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
