"""Who is writing where, so that two people see each other before their texts meet."""

from applications.enums import Section
from applications.models import Application, EditorPresence
from sdgpartners.core import clock
from sdgpartners.people.models import User


def note_presence(*, application: Application, section: Section, actor: User) -> None:
    """Note that `actor` has the section open now. Locks nothing: of two at once either is right."""
    EditorPresence.objects.update_or_create(
        application=application, section=section, user=actor, defaults={"seen_at": clock.now()}
    )
