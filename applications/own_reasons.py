"""The reasons that the portal itself gives in the history: stored in one language, read in that of the reader. What
people give as a reason stays in their own words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

IMPORTED = "Imported from a spreadsheet"
SPONSOR_CONFIRMED = "Confirmed by the new sponsor"
UNSCORED = "Unscored southern side: admitted without ranking (concept note 3.3)"
RELEASED = "release"
CONFLICT_FOUND = "Conflict of interest found by the portal"
CONFLICT_DECLARED = "Conflict of interest declared"
CONFLICT_ENTERED = "Conflict of interest entered by a coordinator"
_CODE = "Exception code "
_WORDS = {
    IMPORTED: gettext_lazy("Imported from a spreadsheet"),
    SPONSOR_CONFIRMED: gettext_lazy("Confirmed by the new sponsor"),
    UNSCORED: gettext_lazy("Unscored southern side: admitted without ranking (concept note 3.3)"),
    RELEASED: gettext_lazy("The decisions were released"),
    CONFLICT_FOUND: gettext_lazy("Conflict of interest found by the portal"),
    CONFLICT_DECLARED: gettext_lazy("Conflict of interest declared"),
    CONFLICT_ENTERED: gettext_lazy("Conflict of interest entered by a coordinator"),
}


def by_code(name: str) -> str:
    """Admitted by the exception code that is called `name`."""
    return f"{_CODE}{name}"


def in_words(reason: str) -> str:
    """A stored reason in the active language."""
    if reason.startswith(_CODE):
        return _("Exception code “%(name)s”") % {"name": reason.removeprefix(_CODE)}
    return str(_WORDS.get(reason, reason))
