"""Mail is written as text; its HTML is made from that text, so that both always say the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import conditional_escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

LONGEST_SUBJECT = 250
SIGNATURE = "\n-- \n"
_BLANK_LINES = re.compile(r"\n\s*\n")
# Not the no-break space, which French has before its colon.
_WHITE = re.compile(r"[ \t\r\n]+")
_THREE_BREAKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail's words, ready to be stored."""

    subject: str
    text: str
    html: str


def absolute(link: str) -> str:
    """A path of the portal as a whole address; other addresses stay as they are."""
    return f"{settings.SITE_URL}{link}" if link.startswith("/") else link


def render_mail(
    *, kind: str, language: str, zone: str, link: str, context: Mapping[str, object]
) -> RenderedMail:
    """Subject, text and HTML of a mail in `language`, with times in `zone`.

    Reads `emails/<kind>.subject.txt` and `emails/<kind>.txt`; TemplateDoesNotExist when one is missing. In
    the text a paragraph of two lines, words and then the mail's link, becomes the button of the HTML.
    """
    values = {**context, "link": absolute(link), "site_url": settings.SITE_URL}
    values["is_demo"] = bool(settings.DEMO or context.get("is_demo"))
    with translation.override(language), timezone.override(zone):
        subject = _WHITE.sub(" ", _plain(f"emails/{kind}.subject.txt", values)).strip()
        text = _THREE_BREAKS.sub("\n\n", _plain(f"emails/{kind}.txt", values)).strip() + "\n"
        body = text_to_html(text.rpartition(SIGNATURE)[0] or text, str(values["link"]))
        html = render_to_string("emails/from_text.html", {**values, "subject": subject, "body": body})
    return RenderedMail(subject=subject[:LONGEST_SUBJECT], text=text, html=html)


def _plain(template: str, values: Mapping[str, object]) -> str:
    """A text template without HTML's escapes: an apostrophe in a subject stays one."""
    return str(Engine.get_default().get_template(template).render(Context(values, autoescape=False)))


def text_to_html(text: str, link: str) -> SafeString:
    """Paragraphs, lists of lines that begin with `- `, addresses as links, and a button for the line with
    `link`."""
    return mark_safe("\n".join(_blocks(text, link)))  # noqa: S308 (each block escapes what it holds)


def _blocks(text: str, link: str) -> Iterator[SafeString]:
    for block in _BLANK_LINES.split(text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if not lines:
            continue
        if link and len(lines) == 2 and lines[1] == link:
            yield format_html(
                '<p class="button"><a href="{}">{}</a></p>', link, lines[0].rstrip(" \N{NO-BREAK SPACE}:")
            )
        elif all(line.startswith("- ") for line in lines):
            items = format_html_join("", "<li>{}</li>", ((_linked(line[2:]),) for line in lines))
            yield format_html("<ul>{}</ul>", items)
        else:
            yield format_html("<p>{}</p>", mark_safe("<br>".join(_linked(line) for line in lines)))  # noqa: S308


def _linked(line: str) -> SafeString:
    return mark_safe(urlize(conditional_escape(line)))  # noqa: S308 (escaped before)
