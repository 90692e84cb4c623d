"""The text of an agreement as both read it: as it was fixed with the first signature, else filled in anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from matching.agreement_words import filled, standard_bodies
from matching.models import AgreementText, Partnership
from matching.selectors.ends import end_for
from sdgpartners.core import clock
from sdgpartners.core.display import format_date, format_money
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Language
from sdgpartners.programme.models import Programme, ProgrammeRules
from sdgpartners.programme.selectors import rules_on

OUTDATED = gettext_lazy(
    "The last day or the budget has changed since the text was fixed. Choose the first day again: the text is filled "
    "in anew, and both sides sign it."
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list of points of an agreement."""

    heading: str = ""
    paragraph: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The agreement of a pair in its three languages. `text` is the row that it follows, None the standard text."""

    bodies: Mapping[str, str]
    text: AgreementText | None
    frozen: bool

    def blocks(self, language: str) -> list[Block]:
        """The text in `language` (en, fr, nl), block by block."""
        return blocks_of(self.bodies[language])


def text_on(programme: Programme | int, day: date) -> AgreementText | None:
    """The text of a programme that is in force on `day`; None: the standard text holds. One statement."""
    rows = AgreementText.objects.filter(programme=programme, valid_from__lte=day)
    return rows.order_by("-valid_from").first()


def wording_of(partnership: Partnership, rules: ProgrammeRules | None = None) -> Wording:
    """What the agreement of `partnership` says. Fixed: as it was signed, no statement. Else the text of today is
    filled in: at most three statements beside what came along with the partnership and its agreement."""
    agreement = partnership.agreement
    if agreement.frozen_at is not None:
        bodies = {code: getattr(agreement, f"body_{code}") for code in LANGUAGE_CODES}
        return Wording(bodies, agreement.text, frozen=True)
    text = text_on(partnership.partner_country.programme_id, clock.today())
    return Wording(fill_in(bodies_of(text), partnership, rules), text, frozen=False)


def bodies_of(text: AgreementText | None) -> Mapping[str, str]:
    """A text as written, by language; the standard one without a row."""
    if text is None:
        return standard_bodies()
    return {code: getattr(text, f"body_{code}") for code in LANGUAGE_CODES}


def fill_in(
    bodies: Mapping[str, str], partnership: Partnership, rules: ProgrammeRules | None = None
) -> dict[str, str]:
    """`bodies` with what belongs to `partnership`, each in its language, by the rules of its first day."""
    starts_on = partnership.agreement.starts_on
    programme = partnership.partner_country.programme
    rules = rules or rules_on(programme, starts_on)
    ends_on = partnership.ends_on or end_for(partnership, starts_on, rules)
    found = {}
    for code in LANGUAGE_CODES:
        with override(code):
            found[code] = filled(bodies[code], _values(partnership, rules, starts_on, ends_on))
    return found


def _values(
    partnership: Partnership, rules: ProgrammeRules, starts_on: date, ends_on: date
) -> dict[str, str]:
    country = partnership.partner_country
    return {
        "north": partnership.north.name,
        "south": partnership.south.name,
        "country": country.country.name,
        "theme": partnership.theme.title,
        "programme": country.programme.name,
        "lead": country.programme.lead_association.acronym,
        "association": country.association.acronym,
        "reference": partnership.reference,
        "starts_on": format_date(starts_on),
        "ends_on": format_date(ends_on),
        **_amounts(rules),
        **_counts(rules),
    }


def outdated(partnership: Partnership, rules: ProgrammeRules | None = None) -> bool:
    """Whether the fixed text names other days or amounts than the rules give now. False before it is fixed, and once
    the partnership has begun; a new name is no reason, and after a merger the new sponsor confirms. One statement
    without `rules`, one for a text of the lead."""
    agreement = partnership.agreement
    if agreement.frozen_at is None or partnership.activated_at is not None:
        return False
    rules = rules or rules_on(partnership.partner_country.programme, agreement.starts_on)
    with override("en"):
        ends_on = end_for(partnership, agreement.starts_on, rules)
        values = {
            "starts_on": format_date(agreement.starts_on),
            "ends_on": format_date(ends_on),
            **_amounts(rules),
        }
    template = bodies_of(agreement.text)["en"]
    named = (words for name, words in values.items() if f"{{{name}}}" in template)
    return not all(_says(agreement.body_en, words) for words in named)


def _says(body: str, words: str) -> bool:
    """Whether a day or an amount stands in a text by itself: 11 June does not name 1 June."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(words)}(?!\w|[.,]\d)", body) is not None


def halves(rules: ProgrammeRules) -> tuple[Decimal, Decimal]:
    """The amounts of the northern and the southern side by the rules; together they are the whole (3.4), and to the
    cent those with which the budget is opened."""
    north = (rules.budget_total * rules.north_share_percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return north, rules.budget_total - north


def _amounts(rules: ProgrammeRules) -> dict[str, str]:
    north, south = halves(rules)
    return {
        "budget": format_money(rules.budget_total, rules.budget_currency),
        "north_half": format_money(north, rules.budget_currency),
        "south_half": format_money(south, rules.budget_currency),
    }


def _counts(rules: ProgrammeRules) -> dict[str, str]:
    return {
        "sessions": str(rules.sessions_per_year_min),
        "moments": str(rules.meeting_moments_per_year_min),
        "visits": str(rules.visits_per_year),
        "delegation": str(rules.delegation_default),
        "contacts": str(rules.contacts_per_side),
        "review_month": str(rules.plan_review_month),
        "report_days": str(rules.visit_report_days),
    }


def example_values(programme: Programme, language: str) -> dict[str, str]:
    """What a preview is filled with, in `language`: two municipalities that do not exist, by today's rules."""
    rules = rules_on(programme)
    with override(language):
        return {
            "north": _("Northtown"),
            "south": _("Southtown"),
            "country": _("the partner country"),
            "theme": _("the theme of the pair"),
            "programme": programme.name,
            "lead": programme.lead_association.acronym,
            "association": _("the association of the partner country"),
            "reference": "SDG-0000-0000",
            "starts_on": format_date(clock.today()),
            "ends_on": format_date(min(rules.partnerships_end_on, programme.ends_on)),
            **_amounts(rules),
            **_counts(rules),
        }


def blocks_of(body: str) -> list[Block]:
    """A text in blocks: empty lines part them, `# ` begins a heading and `- ` a point."""
    found = []
    for part in body.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.strip().splitlines() if line.strip()]
        while lines and lines[0].startswith("# "):
            found.append(Block(heading=lines.pop(0)[2:].strip()))
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block(points=tuple(line[2:].strip() for line in lines)))
        elif lines:
            found.append(Block(paragraph="\n".join(lines)))
    return found


def other_languages(language: str) -> list[tuple[str, str]]:
    """The languages beside `language`, each with its name."""
    return [(code, str(Language(code).label)) for code in LANGUAGE_CODES if code != language]
