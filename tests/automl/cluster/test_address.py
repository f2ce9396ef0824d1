import pytest

from automl.cluster.address import split_address


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("ray-head", ("ray-head", 6379)),
        ("ray-head:6380", ("ray-head", 6380)),
        ("10.0.0.7:1", ("10.0.0.7", 1)),
        ("ray-head:65535", ("ray-head", 65535)),
        ("ray://ray-head:10001", ("ray-head", 6379)),
        ("ray://ray-head", ("ray-head", 6379)),
    ],
)
def test_a_head_is_found_by_its_name_and_its_port(address, found):
    """A port of Ray Client is none of the head's."""
    assert split_address(address) == found


@pytest.mark.parametrize(
    "address",
    [
        *("", ":6379", "head:", "head:port", "head:0", "head:65536", "head:-1", "head:6379:1"),
        *("http://head:6379", "head/x:6379", "ray://", "ray://:1", "ray://head:port"),
    ],
)
def test_what_is_no_address_is_told(address):
    with pytest.raises(ValueError, match="must be 'auto' or HOST:PORT, as in ray-head:6379"):
        split_address(address)
