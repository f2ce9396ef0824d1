"""Addresses of Ray clusters."""

import pytest

from automl.cluster.address import split_address
from automl.config.address_setting import ADDRESS_VARIABLE, ray_address
from automl.config.schema import ResourcesSection


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("ray-head:6380", ("ray-head", 6380)),
        ("ray-head", ("ray-head", 6379)),
        ("10.0.0.7:6379", ("10.0.0.7", 6379)),
        ("ray://ray-head:10001", ("ray-head", 6379)),
    ],
)
def test_an_address_names_the_head(address, found):
    assert split_address(address) == found


@pytest.mark.parametrize("address", ["", ":6379", "head:", "head:x", "head:0", "head:70000", "http://head:8265"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match=r"must be 'auto' or HOST:PORT, as in ray-head:6379, not"):
        split_address(address)


def test_what_is_said_goes_before_the_environment(monkeypatch):
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    assert ray_address(ResourcesSection()) is None
    monkeypatch.setenv(ADDRESS_VARIABLE, "there:1")
    assert ray_address(ResourcesSection()) == "there:1"
    assert ray_address(ResourcesSection(address="here:2")) == "here:2"
