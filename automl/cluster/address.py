"""The address of a Ray cluster, split into host and port."""

AUTO = "auto"


CLIENT = "ray://"
"""Prefix of the addresses of Ray Client."""


PORT = 6379
"""Default port of the head of a cluster."""


LARGEST_PORT = 65535


def split_address(address: str) -> tuple[str, int]:
    """Split the address of a cluster into host and port.

    Args:
        address: `HOST`, `HOST:PORT`, or an address of Ray Client, `ray://HOST:PORT`.

    Returns:
        Host and port of the head. A missing port, and the port of a Ray Client address, become the default port.

    Raises:
        ValueError: the address has another form.
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
