"""The exception of this package."""


class SpaceError(ValueError):
    """A space, an override or a point is invalid; the message gives the rule, the value and the remedy."""
