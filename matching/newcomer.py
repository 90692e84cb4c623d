"""Somebody who takes over without being in the team yet, as a form names them and a service takes them in."""

from dataclasses import dataclass

from matching.enums import MemberKind


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person of one's own side by name."""

    name: str
    service: str
    kind: MemberKind
