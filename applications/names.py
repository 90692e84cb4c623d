"""What the fields of a section are called in forms, kept texts and submitted versions: codes, never primary
keys."""

PARTNER = "partner-"


def question_field(code: str) -> str:
    """The field that answers a question."""
    return f"q-{code}"


def rank_field(country: str) -> str:
    """The place of a partner country (ISO code) among the applicant's choices."""
    return f"rank-{country.lower()}"


def partner_field(country: str, place: int) -> str:
    """The partner that the applicant names at `place` (from 1) among those of a country (ISO code)."""
    return f"{PARTNER}{country.lower()}-{place}"


def offer_field(theme: str, subtheme: str) -> str:
    """What the applicant offers on a subtheme, 0 to 3."""
    return f"offer-{theme}-{subtheme}"


def ask_field(theme: str, subtheme: str) -> str:
    """What the applicant wants to learn on a subtheme, 0 to 3."""
    return f"ask-{theme}-{subtheme}"


def commitment_field(code: str) -> str:
    """Whether a commitment is accepted."""
    return f"accept-{code}"
