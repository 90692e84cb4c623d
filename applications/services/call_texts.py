"""The texts of a call in the coordinators' own words, until its decisions are released."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import CallStatus, CallTextKind
from applications.letters import Words, missing_placeholders, unknown_placeholders
from applications.models import Call, CallText
from applications.selectors.call_texts import mark_of, texts_of
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import User

TEXTS_MOVE = frozenset({CallStatus.DRAFT, CallStatus.PUBLISHED})


class TextsStand(DomainError):
    """Letters have gone out with these words."""

    message = _("The letters of this call have been sent: its texts no longer change.")


class UnknownPlaceholder(Incomplete):
    """Something in braces that cannot be filled, or something that has to be there is not."""

    message = _("Look at what stands in braces: %(names)s.")


@transaction.atomic
def write_text(
    *, call: Call, kind: CallTextKind, words: Mapping[str, Words], actor: User, seen: str | None = None
) -> CallText:
    """Keep a text of the call in the three languages, in place of the standard one.

    Locks the call. `seen` is the mark of the text that stood on the page (None: not asked): EditConflict where somebody
    else has written another since. Raises TextsStand after the release, Incomplete for an empty text,
    UnknownPlaceholder by name.
    """
    call = _open_call(call)
    for language in LANGUAGE_CODES:
        _check(kind, words[language])
    texts = texts_of(call)
    theirs = {code: texts[kind, code] for code in LANGUAGE_CODES}
    if seen is not None and mark_of(theirs) not in (seen, mark_of(words)):
        raise EditConflict(theirs=theirs, mine=words)
    values = {f"subject_{code}": words[code].subject.strip() for code in LANGUAGE_CODES}
    values |= {f"body_{code}": _one_kind_of_line(words[code].body) for code in LANGUAGE_CODES}
    with because(actor):
        text, _made = CallText.objects.update_or_create(call=call, kind=kind, defaults=values)
    return text


@transaction.atomic
def take_standard_text(*, call: Call, kind: CallTextKind, actor: User) -> None:
    """Go back to the standard text. Locks the call; raises TextsStand after the release. Again does nothing."""
    call = _open_call(call)
    with because(actor):
        CallText.objects.filter(call=call, kind=kind).delete()


def _check(kind: CallTextKind, words: Words) -> None:
    if not words.body.strip() or (not words.subject.strip() and kind != CallTextKind.CONFIDENTIALITY):
        raise Incomplete(_("A text is missing in one of the languages."))
    wrong = []
    for text, in_subject in ((words.subject, True), (words.body, False)):
        wrong += unknown_placeholders(kind, text, in_subject=in_subject)
        if text:
            wrong += missing_placeholders(kind, text, in_subject=in_subject)
    if wrong:
        raise UnknownPlaceholder(names=", ".join(dict.fromkeys(wrong)))


def _one_kind_of_line(text: str) -> str:
    """Browsers send CRLF; a mail's paragraphs are told apart by empty lines of one kind."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _open_call(call: Call) -> Call:
    call = Call.objects.select_for_update().get(pk=call.pk)
    if call.status not in TEXTS_MOVE:
        raise TextsStand
    return call
