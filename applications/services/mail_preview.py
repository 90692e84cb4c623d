"""What a mail will say, before anybody presses the button: in each language, for one example."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from sdgpartners.notifications.rendering import RenderedMail, render_mail
from sdgpartners.programme.enums import Language


@dataclass(frozen=True, slots=True)
class MailPreview:
    """The words in one language, and how many mails go out in it."""

    language: Language
    mail: RenderedMail
    count: int


def preview_mails(
    *, kind: str, link: str, context: Mapping[str, object], languages: Mapping[str, int]
) -> list[MailPreview]:
    """The mail in the three languages; `languages` counts the recipients of each."""
    given = {**context, "recipient": None}
    return [
        MailPreview(
            language=language,
            mail=render_mail(kind=kind, language=language, zone=settings.TIME_ZONE, link=link, context=given),
            count=languages.get(language, 0),
        )
        for language in Language
    ]
