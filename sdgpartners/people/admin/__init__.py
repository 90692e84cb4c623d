"""People on the coordinators' desk."""

from sdgpartners.people.admin import invitations, joining, seats, succession, users

__all__ = ["invitations", "joining", "seats", "succession", "users"]
