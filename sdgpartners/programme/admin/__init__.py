"""The coordinators' pages on the programme: places, goals and themes, the programme and its rules."""

from sdgpartners.programme.admin import goals, places, programmes, rules

__all__ = ["goals", "places", "programmes", "rules"]
