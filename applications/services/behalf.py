"""An association fills in the application of a municipality, which confirms it by its own signature."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.models import Application, Call
from applications.services.forms import start_application
from applications.services.letters import mail_staff
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.models import Association, Municipality

_NOT_THEIRS = ("contact_name", "contact_function", "contact_email", "contact_phone")


class HasOwnApplication(DomainError):
    """The municipality applies by itself already."""

    message = _("%(municipality)s has started its own application already.")


@transaction.atomic
def start_on_behalf(
    *, call: Call, municipality: Municipality, association: Association, actor: User
) -> Application:
    """A draft of `municipality` that `association` fills in; the one that it has begun already on a second click.

    The caller has checked that `actor` coordinates there and covers the municipality's country. Locks the
    municipality; mails its people. The contact person stays empty: it is somebody of the municipality. Raises
    HasOwnApplication, CallNotOpen, NotEligible.
    """
    Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
    present = (
        call.applications.filter(municipality=municipality)
        .exclude(status=ApplicationStatus.WITHDRAWN)
        .first()
    )
    if present is not None:
        if present.filled_by_id == association.pk:
            return present
        raise HasOwnApplication(municipality=municipality.name)
    application = start_application(call=call, municipality=municipality, actor=actor)
    with because(actor):
        for name in _NOT_THEIRS:
            setattr(application, name, "")
        application.filled_by = association
        application.save(update_fields=["filled_by", *_NOT_THEIRS])
    mail_staff(application, "filled_on_behalf", actor, association=association)
    return application
