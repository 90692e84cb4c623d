"""Secrets of invitations: random, sent once, kept as a hash only."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored: sha256 in hexadecimal. The token is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
