"""The capped end of a partnership and what caps it (concept note 3.1), and the days that hang on its start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.dates import months_later, partnership_end
from matching.models import Partnership
from sdgpartners.core.display import format_date
from sdgpartners.programme.models import ProgrammeRules
from sdgpartners.programme.selectors import rules_on


class Cap(StrEnum):
    """What decides the last day."""

    DURATION = "duration"
    RULES = "rules"
    PROGRAMME = "programme"
    CHANGED = "changed"


CAP_IN_WORDS: Mapping[Cap, str | Promise] = {
    Cap.DURATION: _("A partnership lasts at most %(months)s months."),
    Cap.RULES: _("In this programme partnerships end on %(last)s at the latest."),
    Cap.PROGRAMME: _("The programme itself ends on %(last)s."),
    Cap.CHANGED: _("This is another day than the rules give; it was decided so."),
}


@dataclass(frozen=True, slots=True)
class End:
    """The last day, what decides it, and the months that a partnership lasts at most."""

    day: date
    cap: Cap
    months: int

    @property
    def reason(self) -> str:
        """Why it is this day, as a sentence in the active language."""
        return str(CAP_IN_WORDS[self.cap]) % {"months": self.months, "last": format_date(self.day)}


def end_for(partnership: Partnership, starts_on: date, rules: ProgrammeRules | None = None) -> date:
    """The last day that the rules give a partnership that starts on `starts_on` (concept note 3.1)."""
    return capped_end(partnership, starts_on, rules).day


def capped_end(partnership: Partnership, starts_on: date, rules: ProgrammeRules | None = None) -> End:
    """The same with what caps it: of two that fall on one day the first of duration, rules, programme."""
    programme = partnership.partner_country.programme
    rules = rules or rules_on(programme, starts_on)
    day = partnership_end(
        starts_on,
        duration_months=rules.duration_months,
        last_days=(rules.partnerships_end_on, programme.ends_on),
    )
    if day == months_later(starts_on, rules.duration_months) - timedelta(days=1):
        cap = Cap.DURATION
    else:
        cap = Cap.RULES if day == rules.partnerships_end_on else Cap.PROGRAMME
    return End(day, cap, rules.duration_months)


def end_of(partnership: Partnership, starts_on: date, rules: ProgrammeRules | None = None) -> End:
    """The end as it stands: the day that is kept, or the one that the rules give before the start."""
    end = capped_end(partnership, starts_on, rules)
    if partnership.ends_on is None or partnership.ends_on == end.day:
        return end
    return End(partnership.ends_on, Cap.CHANGED, end.months)


def end_of_month(starts_on: date, month: int) -> date:
    """The last day of the `month`-th month of a partnership; month 1 begins with its first day."""
    return months_later(starts_on, month) - timedelta(days=1)


def start_of_month(starts_on: date, month: int) -> date:
    """The first day of the `month`-th month of a partnership."""
    return months_later(starts_on, month - 1)
