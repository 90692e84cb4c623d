"""What the services of this room refuse, beside the errors of core."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from applications.fields import Problem, Text
from applications.models import Amendment, Call, KeptText
from sdgpartners.core.display import format_moment
from sdgpartners.core.errors import DeadlinePassed, DomainError, EditConflict, Incomplete

_moment = lazy(format_moment, str)


class CallFrozen(DomainError):
    """Questions, criteria and tracks of an open call stand fast."""

    message = _("This call is open or over: its questions, criteria and tracks no longer change.")


class CallNotReady(Incomplete):
    """A call that cannot be published yet; the message says what is missing."""


class CallNotOpen(DeadlinePassed):
    """The call takes no applications now: too early, too late, or it was cancelled. Times with their zone.

    `until` is the deadline of one application where that is not the call's; `version` the one that was signed
    last, when changes in it were asked for.
    """

    def __init__(
        self, call: Call, now: datetime, until: datetime | None = None, version: int | None = None
    ) -> None:
        times = {
            "opens": _moment(call.opens_at, call.time_zone),
            "closes": _moment(call.closes_at if until is None else until, call.time_zone),
            "now": _moment(now, call.time_zone),
        }
        if now < call.opens_at:
            super().__init__(_("This call opens on %(opens)s."), **times)
        elif version is not None and until is not None and now > until:
            super().__init__(
                _(
                    "The changes had to be signed by %(closes)s. It is now %(now)s. Version %(version)s, which was "
                    "signed last, stays as it is. What you typed stays here to read. Ask the association for more "
                    "time."
                ),
                **times,
                version=version,
            )
        elif until is not None and until != call.closes_at and now > until:
            super().__init__(
                _("You had until %(closes)s. It is now %(now)s. What you typed stays here to read."), **times
            )
        elif now > call.closes_at and until in (None, call.closes_at):
            super().__init__(
                _("This call closed on %(closes)s. It is now %(now)s. What you typed stays here to read."),
                **times,
            )
        else:
            super().__init__(_("This call takes no applications."))


class NotEligible(DomainError):
    """The municipality may not take part; the reasons stand beside the message."""

    message = _("Your municipality cannot take part in this call.")

    def __init__(self, reasons: Sequence[Text] = ()) -> None:
        if not reasons:
            super().__init__()
            return
        super().__init__(
            _("Your municipality cannot take part in this call. %(reasons)s"),
            reasons=lazy(lambda: " ".join(str(text) for text in reasons), str)(),
        )


class NotEditable(DomainError):
    """The application has been sent off, or has ended."""

    message = _("This application can no longer be changed.")


class NotComplete(Incomplete):
    """Sections are missing something; `problems` says where, per section."""

    message = _("Some parts are not complete yet.")

    def __init__(self, problems: Sequence[tuple[str, Problem]]) -> None:
        self.problems = problems
        super().__init__()


class TextsToCompare(Incomplete):
    """Two texts of a part wait for somebody to choose: what is signed would hold only one of them."""

    message = _("Two texts are kept for “%(sections)s”. Compare them first, then it can be signed.")

    def __init__(self, kept: Sequence[KeptText]) -> None:
        sections = {row.section: row.get_section_display() for row in kept}
        super().__init__(sections=lazy(lambda: ", ".join(map(str, sections.values())), str)())


class NoSignatory(Incomplete):
    """Nobody else can sign for the municipality."""

    message = _(
        "Nobody else can sign for your municipality yet. Ask the association to invite the mayor or the "
        "general director as a signatory."
    )


class NotSignatory(DomainError):
    """The seat of the person who signs ended meanwhile, or they belong to the association that filled it in."""

    message = _("You cannot sign for this municipality. One of its own signatories has to sign.")


class ReasonNeeded(Incomplete):
    """A step that is explained to others needs its reason."""

    message = _("Give a reason.")


class SectionConflict(EditConflict):
    """Somebody else saved the section meanwhile; `kept` holds what was typed now."""

    def __init__(self, kept: KeptText, theirs: dict[str, object]) -> None:
        self.kept = kept
        super().__init__(theirs=theirs, mine=kept.content)


class CallAmended(DomainError):
    """The call was corrected after the page was made; `amendments` are the corrections to read, newest first."""

    message = _("The call has changed since you opened this page. Read what changed, then go on.")

    def __init__(self, amendments: Sequence[Amendment]) -> None:
        self.amendments = amendments
        super().__init__()


class NotRehearsed(DomainError):
    """No rehearsal of the call is running."""

    message = _("No rehearsal of this call is running.")


class NothingToAmend(Incomplete):
    """An amendment that leaves everything as it was."""

    message = _("Nothing has changed: there is nothing to announce.")


class CodeRefused(DomainError):
    """An exception code that does not admit this municipality; the message says why."""


class CodeWithoutUse(CodeRefused):
    """While changes are asked for, their own date counts: a code would be used up for nothing. Time with its zone."""

    def __init__(self, call: Call, due_at: datetime) -> None:
        super().__init__(
            _(
                "You do not need a code: the association asked you for changes, and their own date counts "
                "(%(due)s). Ask the association for more time."
            ),
            due=_moment(due_at, call.time_zone),
        )


class TooManyTries(DomainError):
    """Codes are not to be guessed."""

    message = _("You have tried too often. Try again in an hour, or ask the association.")


class ConflictOfInterest(DomainError):
    """The person works for the municipality or for one twinned with it, or declared a conflict."""

    message = _("This person has a conflict of interest with this application.")


class NotDeclared(Incomplete):
    """The file is closed until its reader agreed to confidentiality and said what they have to do with it."""

    message = _(
        "Agree to confidentiality first, and say whether you have anything to do with this municipality."
    )


class ReviewNotYours(DomainError):
    """The reviewer's seat ended, the review went to somebody else, or the application was withdrawn."""

    message = _("This review is no longer yours to score.")


class ReviewLocked(DomainError):
    """A review that is submitted stands fast until a coordinator opens it again."""

    message = _("This review is submitted. The coordinator can reopen it.")


class NotAReviewer(DomainError):
    """Only people in the pools of a track review there."""

    message = _("This person does not review for this country. Give them a reviewer's seat first.")


class AskedBefore(DomainError):
    """Nobody comes back to an application that they stepped out of, passed on or were taken from."""

    message = _("This person was asked before and no longer reviews this application. Choose somebody else.")


class ReviewIsIn(DomainError):
    """A submitted review is not taken away: it counts, or is set aside for a conflict of interest."""

    message = _(
        "This review is submitted. It counts, unless its reviewer has a conflict of interest: enter that then."
    )
