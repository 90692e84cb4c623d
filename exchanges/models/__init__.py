"""Sessions with homework, visit windows and visits, and contacts in between."""

from exchanges.models.contacts import Contact
from exchanges.models.sessions import Attendance, Homework, HomeworkAnswer, Session
from exchanges.models.visits import Conference, Delegate, Visit, VisitWindow

__all__ = [
    "Attendance",
    "Conference",
    "Contact",
    "Delegate",
    "Homework",
    "HomeworkAnswer",
    "Session",
    "Visit",
    "VisitWindow",
]
