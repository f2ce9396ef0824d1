"""What one request, and all that wait, may cost."""

from dataclasses import dataclass

TOKEN_VARIABLE = "AUTOML_SERVE_TOKEN"  # noqa: S105 - the name of a variable  # nosec B105
"""Environment variable with the token that clients must send."""


@dataclass(frozen=True)
class Limits:
    """Limits of a service.

    Attributes:
        texts: texts in one request.
        characters: characters of one text.
        body_bytes: bytes of the body of one request.
        batch: texts that are scored together.
        waiting: texts of all requests that wait; beyond it a request is refused, and may be repeated later.
        seconds: time from a request to its answer.
    """

    texts: int = 1000
    characters: int = 100_000
    body_bytes: int = 8 * 2**20
    batch: int = 64
    waiting: int = 10_000
    seconds: float = 30.0
