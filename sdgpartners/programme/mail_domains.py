"""The mail domains of a municipality, and those that anybody can have an address at."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from sdgpartners.programme.models import Municipality

# Mailboxes for everybody: an address there proves nothing, also where a municipality itself uses one.
PUBLIC_PROVIDERS = Path(__file__).parent / "data" / "public-mail-providers.txt"


@cache
def _listed() -> frozenset[str]:
    lines = (
        line.partition("#")[0].strip().lower() for line in PUBLIC_PROVIDERS.read_text("utf-8").splitlines()
    )
    return frozenset(line for line in lines if line)


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].strip().lower().rstrip(".")


def is_public(domain: str) -> bool:
    """Whether everybody can have an address there: it stands in the portal's file or in the settings of the
    place that runs it (`PUBLIC_MAIL_PROVIDERS`)."""
    return domain in _listed() or domain in settings.PUBLIC_MAIL_PROVIDERS


def mail_domains(municipality: Municipality) -> tuple[str, ...]:
    """The domains that its own people write from, as given by hand, else those of its website and its e-mail
    address; empty where none is known. Public providers never count."""
    if municipality.mail_domains:
        found = [domain.strip().lower() for domain in municipality.mail_domains.split(",")]
    else:
        host = (urlsplit(municipality.website).hostname or "").removeprefix("www.")
        found = [domain_of(municipality.email), host]
    return tuple(dict.fromkeys(domain for domain in found if "." in domain and not is_public(domain)))


def is_own_address(address: str, municipality: Municipality) -> bool:
    """Whether the address lies on one of the municipality's domains, or on a part of one (`ocmw.gent.be`)."""
    domain = domain_of(address)
    return any(domain == own or domain.endswith(f".{own}") for own in mail_domains(municipality))
