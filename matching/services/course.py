"""What the steps in the course of a partnership share: who may take them, with which words, under which locks."""

from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.errors import CountryStandsStill, HasInterest, NotEntitled, StandsStill
from matching.models import Partnership
from sdgpartners.core.errors import Incomplete
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

DEAD = (PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY)
OWN_MUNICIPALITY = _("You work for one of these two municipalities, so a colleague decides this.")


def require_coordinator(partnership: Partnership, actor: User) -> None:
    """NotEntitled unless the actor coordinates for the country or the lead; HasInterest for who works for one of the
    two municipalities. Seats are read afresh."""
    standing = read_standing(actor)
    if not standing.covers(partnership.partner_country, AssociationRole.COORDINATOR):
        raise NotEntitled(_("Only a coordinator of the country or of the programme can do this."))
    if not standing.municipality_ids.isdisjoint((partnership.north_id, partnership.south_id)):
        raise HasInterest(OWN_MUNICIPALITY)


def require_editor(partnership: Partnership, side: Side, actor: User) -> None:
    """NotEntitled unless the actor is editor or signatory of the municipality of `side`."""
    mine = partnership.north_id if side == Side.NORTH else partnership.south_id
    if not read_standing(actor).is_editor(mine):
        raise NotEntitled(_("Only editors and signatories of the municipality can do this."))


def require_reason(reason: str) -> str:
    """The reason without blanks around it; Incomplete when there is none."""
    if not reason.strip():
        raise Incomplete(_("Give the reason. Both municipalities read it."))
    return reason.strip()


def require_moving(partnership: Partnership) -> None:
    """Lock the partnership, before any row of it, so that it is not suspended meanwhile; StandsStill while it is."""
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True)
    if rows.values_list("status", flat=True).get(pk=partnership.pk) == PartnershipStatus.SUSPENDED:
        raise StandsStill


def lock_country(partner_country: PartnerCountry | int) -> PartnerCountry:
    """The country as it is now, locked until the transaction ends: suspended or resumed, and partnerships
    founded in it, one after the other."""
    key = partner_country if isinstance(partner_country, int) else partner_country.pk
    rows = PartnerCountry.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme", "country", "association").get(pk=key)


def require_open_country(partner_country: PartnerCountry | int) -> None:
    """Lock the country; CountryStandsStill while cooperation with it is suspended."""
    if lock_country(partner_country).suspended_since is not None:
        raise CountryStandsStill
