"""The account that the private servers run as: one's own, or `postgres` when one is root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .errors import LocalError


@dataclass(frozen=True)
class ServiceAccount:
    """A user of this machine, by number."""

    uid: int
    gid: int
    name: str

    def reaches(self, folder: Path) -> bool:
        """Whether this account may pass through every folder down to this one."""
        return all(self._passes(step) for step in [folder, *folder.parents] if step.exists())

    def _passes(self, folder: Path) -> bool:
        found = folder.stat()
        if self.uid in (0, found.st_uid):
            return bool(found.st_mode & 0o100) or self.uid == 0
        if found.st_gid == self.gid:
            return bool(found.st_mode & 0o010)
        return bool(found.st_mode & 0o001)

    def owns(self, folder: Path) -> Path:
        """Make a private folder of this account and return it."""
        open_folder(folder)
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder

    def become(self) -> None:
        """Give up root's rights for good: PostgreSQL refuses to run as root. Does nothing for others."""
        if os.geteuid() == 0 and self.uid != 0:
            os.initgroups(self.name, self.gid)
            os.setgid(self.gid)
            os.setuid(self.uid)


def open_folder(folder: Path) -> Path:
    """The folder, made when missing together with its parents, passable for the service account
    whatever this shell's umask is.
    """
    for step in reversed([folder, *folder.parents]):
        if not step.exists():
            step.mkdir(exist_ok=True)
            step.chmod(0o755)
    return folder


def service_account() -> ServiceAccount:
    """The account for the servers. Raises LocalError when root has no account `postgres` to lend."""
    if os.geteuid() != 0:
        return _from(pwd.getpwuid(os.geteuid()))
    try:
        return _from(pwd.getpwnam("postgres"))
    except KeyError:
        raise LocalError(
            "As root the servers run as the user postgres, who is missing: install PostgreSQL."
        ) from None


def _from(entry: pwd.struct_passwd) -> ServiceAccount:
    return ServiceAccount(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)
