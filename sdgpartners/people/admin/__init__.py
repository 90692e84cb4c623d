"""People on the coordinators' desk."""

from sdgpartners.people.admin import invitations, seats, users

__all__ = ["invitations", "seats", "users"]
