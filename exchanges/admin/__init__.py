"""The coordinators' desk for sessions, windows, visits and contacts; each module registers its own models."""

from exchanges.admin import contacts, sessions, visits, windows

__all__ = ["contacts", "sessions", "visits", "windows"]
