import errno
import socket

import pytest

from automl.core.errors import UsageError
from automl.serving.listening import bound_sockets


def test_a_port_in_use_is_an_error_for_the_user() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=rf"127.0.0.1, port {port}, but: Address already in use"):
            bound_sockets("127.0.0.1", port).__enter__()


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 64])
def test_a_host_that_is_not_this_machine_is_an_error_for_the_user(host: str) -> None:
    with pytest.raises(UsageError, match="--host"):
        bound_sockets(host, 0).__enter__()


def test_a_host_that_no_name_server_knows_is_an_error_for_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UsageError, match=r"not 'nowhere': .*Name or service not known"):
        bound_sockets("nowhere", 0).__enter__()


def test_localhost_has_its_loopback_addresses() -> None:
    with bound_sockets("localhost", 0) as sockets:
        assert {each.getsockname()[0] for each in sockets} & {"127.0.0.1", "::1"}


def test_a_machine_without_ipv6_listens_on_the_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    class WithoutIpv6(socket.socket):
        def __init__(self, family: int = -1, *others: int) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *others)

    both = [(socket.AF_INET6, ("::1", 0, 0, 0)), (socket.AF_INET, ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, 1, 6, "", to) for family, to in both])
    monkeypatch.setattr(socket, "socket", WithoutIpv6)
    with bound_sockets("localhost", 0) as sockets:
        assert [each.getsockname()[0] for each in sockets] == ["127.0.0.1"]
