"""The address of a Ray cluster, split into host and port."""

AUTO = "auto"


CLIENT = "ray://"
"""How addresses of Ray's client begin."""


PORT = 6379
"""Where the head of a cluster listens, unless it is told otherwise."""


LARGEST_PORT = 65535


def split_address(address: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; the port may be left out. From the address of Ray's client that of the head.

    Raises:
        ValueError: it is nothing of the kind.
    """
    is_client = address.startswith(CLIENT)
    host, colon, port = address.removeprefix(CLIENT).partition(":")
    if not colon:
        port = str(PORT)
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) <= LARGEST_PORT:
        raise ValueError(
            f"the address of a Ray cluster must be 'auto' or HOST:PORT, as in ray-head:{PORT}, not {address!r}"
        )
    return host, PORT if is_client else int(port)
