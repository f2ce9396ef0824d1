"""Binds the sockets of a service before it starts, so that an address that cannot be used is an error for the user."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from automl.core import UsageError

_ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""Errors about ::1, an address of localhost, on a machine without IPv6."""


@contextmanager
def bound_sockets(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Bind a socket for each address of `host`; they are closed at the end.

    Args:
        host: a name or an address of this machine.
        port: the port; 0 chooses a free one for each address.

    Yields:
        The sockets, which do not listen yet.

    Raises:
        UsageError: the host is unknown or belongs to another machine, or the port cannot be used.
    """
    with ExitStack() as stack:
        sockets, failure = [], None
        for family, address in _addresses(host, port):
            try:
                bound = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                bound.bind(address)
            except OSError as error:
                failure = error
                if error.errno not in _ABSENT:
                    break
            else:
                sockets.append(bound)
        if failure is not None and (not sockets or failure.errno not in _ABSENT):
            raise UsageError(
                f"the service must listen on {host}, port {port}, but: {failure.strerror}; "
                "choose another --host or --port, or end the program that uses it"
            ) from failure
        yield sockets


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--host must be a name or an address of this machine, not {host!r}: {error}") from error
    families = (socket.AF_INET, socket.AF_INET6)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found if family in families))
