"""The one error of this room."""


class SpaceError(ValueError):
    """A space, an override or a point does not fit; the message says what must hold, what came and what to do."""
