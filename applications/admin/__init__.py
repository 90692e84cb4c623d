"""The coordinators' desk for calls and applications; each module registers its own models."""

from applications.admin import applications, calls, conflicts, ranking, sign_ups

__all__ = ["applications", "calls", "conflicts", "ranking", "sign_ups"]
