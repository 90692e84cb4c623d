"""The mail domains of a municipality, and those that anybody can have an address at."""

from urllib.parse import urlsplit

from sdgpartners.programme.models import Municipality

# Mailboxes for everybody: an address there proves nothing, also where a municipality itself uses one.
_PUBLIC = (
    "aol.com fastmail.com free.fr gmail.com gmx.be gmx.com gmx.fr gmx.net googlemail.com hotmail.be hotmail.com "
    "hotmail.fr icloud.com laposte.net live.be live.com live.fr mac.com mail.com me.com msn.com orange.fr "
    "outlook.be outlook.com outlook.fr pm.me proton.me protonmail.com proximus.be scarlet.be sfr.fr skynet.be "
    "telenet.be tutanota.com wanadoo.fr yahoo.com yahoo.fr yandex.com zoho.com"
)
PUBLIC_PROVIDERS = frozenset(_PUBLIC.split())


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].strip().lower().rstrip(".")


def is_public(domain: str) -> bool:
    """Whether everybody can have an address there."""
    return domain in PUBLIC_PROVIDERS


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
