"""The text of agreements of a programme, in the words of its lead's coordinators, from a day on."""

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from matching.agreement_words import missing_placeholders, names_one_more, unknown_placeholders
from matching.errors import NotEntitled
from matching.models import AgreementText
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.models import Programme


class TextSigned(DomainError):
    """Agreements were signed with this text."""

    message = _("Agreements were signed with this text. Write a new one from a later day.")


@transaction.atomic
def write_agreement_text(
    *,
    programme: Programme,
    valid_from: date,
    bodies: Mapping[str, str],
    actor: User,
    text: AgreementText | None = None,
) -> AgreementText:
    """Keep a text of agreements in the three languages, new or in place of `text`. Locks `text`.

    Agreements whose text is fixed keep their words. Raises NotEntitled for who does not coordinate for the lead,
    Incomplete for an empty text or by name for what stands in braces, TextSigned, DomainError for a second text of
    one day.
    """
    if not read_standing(actor).leads(programme, AssociationRole.COORDINATOR):
        raise NotEntitled(_("Only a coordinator of the association that runs the programme can do this."))
    for code in LANGUAGE_CODES:
        _check(bodies[code])
    row = AgreementText(programme=programme) if text is None else _lock(text, programme)
    row.valid_from = valid_from
    for code in LANGUAGE_CODES:
        setattr(row, f"body_{code}", bodies[code].replace("\r\n", "\n").replace("\r", "\n").strip())
    try:
        with transaction.atomic(), because(actor):
            row.save()
    except IntegrityError as error:
        raise DomainError(_("There is a text from this day already. Change that one.")) from error
    return row


def _lock(text: AgreementText, programme: Programme) -> AgreementText:
    row = AgreementText.objects.select_for_update().get(pk=text.pk, programme=programme)
    if row.agreements.exists():
        raise TextSigned
    return row


def _check(body: str) -> None:
    if not body.strip():
        raise Incomplete(_("A text is missing in one of the languages."))
    wrong = unknown_placeholders(body) + missing_placeholders(body)
    if wrong:
        raise Incomplete(_("Look at what stands in braces: %(names)s."), names=", ".join(wrong))
    if names_one_more(body):
        raise Incomplete(_("Name {north} as often as {south}: the two are equal partners."))
