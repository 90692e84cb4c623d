"""How often one may knock: counted in the cache, in windows of fixed length."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from sdgpartners.core import clock


def take(name: str, key: str, *, most: int, seconds: int) -> bool:
    """Count one more try of `key` at `name`; False when there were `most` in the present window already.

    Atomic over processes. A window lasts `seconds`.
    """
    window = int(clock.now().timestamp()) // seconds
    place = f"throttle:{name}:{window}:{key}"
    cache.add(place, 0, timeout=seconds)
    try:
        return int(cache.incr(place)) <= most
    except ValueError:
        # It expired between the two calls: a new window has begun.
        return True


def take_from(request: HttpRequest, name: str, *, most: int, seconds: int = 3600) -> bool:
    """The same for the address that a request comes from. An office shares one: be generous."""
    return take(name, str(get_adapter().get_client_ip(request)), most=most, seconds=seconds)
