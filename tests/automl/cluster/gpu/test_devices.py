"""Which devices CUDA may use, as the driver tells it."""

from types import SimpleNamespace

import pytest

from automl.cluster.gpu import devices
from automl.cluster.gpu.devices import Device, NodeGpus, gpus_of_this_node, show_all_slices, visible_devices

GB = 10**9


class Refused(Exception):
    """What the management library raises."""


def nvml_of(*gpus, has_driver=True):
    """Return the management library on a machine with some GPUs: each a UUID, its bytes, and its slices by place."""

    def init():
        if not has_driver:
            raise Refused("Driver Not Loaded")

    def memory(handle):
        if handle[1] is None:
            raise Refused("Not Supported")
        return SimpleNamespace(total=handle[1], free=1, used=handle[1] - 1)

    def mode(handle):
        if len(handle) == 2:
            raise Refused("Not Supported")
        return [1, 1]

    def slice_at(handle, place):
        if place not in handle[2]:
            raise Refused("Not Found")
        return handle[2][place]

    return SimpleNamespace(
        NVMLError=Refused,
        nvmlInit=init,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: len(gpus),
        nvmlDeviceGetHandleByIndex=lambda index: gpus[index],
        nvmlDeviceGetUUID=lambda handle: handle[0].encode(),
        nvmlDeviceGetMemoryInfo=memory,
        nvmlDeviceGetMigMode=mode,
        nvmlDeviceGetMaxMigDeviceCount=lambda handle: 7,
        nvmlDeviceGetMigDeviceHandleByIndex=slice_at,
    )


T4, A100 = ("GPU-1a2b", 16 * GB), ("GPU-9c8d", 80 * GB)
CUT = ("GPU-77aa", 80 * GB, {0: ("MIG-aaaa", 20 * GB), 3: ("MIG-bbbb", 10 * GB)})
FIRST, SECOND = Device("MIG-aaaa", 20 * GB, is_slice=True), Device("MIG-bbbb", 10 * GB, is_slice=True)


@pytest.fixture(autouse=True)
def without_variables(monkeypatch):
    for name in (devices.VISIBLE, devices.ORDER):
        monkeypatch.delenv(name, raising=False)


def test_all_gpus_and_all_slices_of_one_are_there_unless_some_are_named():
    assert visible_devices(nvml_of(T4, A100)) == (Device("GPU-1a2b", 16 * GB), Device("GPU-9c8d", 80 * GB))
    assert visible_devices(nvml_of(CUT)) == (FIRST, SECOND), "the whole GPU cannot be used"


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ("MIG-bbbb", [SECOND]),
        ("MIG-bbbb, MIG-aaaa", [SECOND, FIRST]),
        ("0", [FIRST]),
        ("GPU-77aa", [FIRST]),
        ("GPU-9c8d,MIG-aaaa", [Device("GPU-9c8d", 80 * GB), FIRST]),
        ("GPU-9", [Device("GPU-9c8d", 80 * GB)]),
        ("MIG-aaaa,-1,MIG-bbbb", [FIRST]),
        ("GPU-,0", []),
        ("7", []),
        ("", []),
        ("NoDevFiles", []),
    ],
)
def test_devices_are_named_by_place_or_by_uuid(visible, expected):
    assert visible_devices(nvml_of(CUT, A100), visible) == tuple(expected)


def test_of_gpus_of_several_kinds_the_smallest_counts_where_their_order_is_unknown(monkeypatch):
    nvml = nvml_of(T4, A100)
    assert [device.bytes for device in visible_devices(nvml, "1")] == [16 * GB], "it may be either"
    assert [device.bytes for device in visible_devices(nvml, "GPU-9c8d")] == [80 * GB]
    monkeypatch.setenv(devices.ORDER, "PCI_BUS_ID")
    assert [device.bytes for device in visible_devices(nvml, "1")] == [80 * GB]


@pytest.fixture
def here(monkeypatch):
    """Lets this machine have the GPUs that a test names."""

    def have(*gpus):
        nvml = nvml_of(*gpus)
        monkeypatch.setattr(devices, "visible_devices", lambda *, visible: visible_devices(nvml, visible))

    return have


def test_a_node_tells_its_smallest_visible_gpu(here, monkeypatch):
    here(T4, A100)
    assert gpus_of_this_node() == NodeGpus(16 * GB)
    monkeypatch.setenv(devices.VISIBLE, "GPU-9c8d")
    assert gpus_of_this_node() == NodeGpus(80 * GB), "the other one is not used"
    here(CUT)
    monkeypatch.setenv(devices.VISIBLE, "MIG-aaaa")
    assert gpus_of_this_node() == NodeGpus(20 * GB, are_slices=True)
    here(("GPU-0", None))
    monkeypatch.delenv(devices.VISIBLE)
    assert gpus_of_this_node() is None, "its memory is that of the processor, too"


def test_a_task_without_gpus_asks_for_those_of_the_process_of_ray_that_started_it(here, monkeypatch):
    here(T4, A100)
    parent = SimpleNamespace(environ=lambda: {devices.VISIBLE: "GPU-9c8d"})
    monkeypatch.setattr(devices.psutil, "Process", lambda: SimpleNamespace(parent=lambda: parent))
    monkeypatch.setenv(devices.VISIBLE, "")
    assert gpus_of_this_node() == NodeGpus(80 * GB)


def test_cuda_is_shown_all_slices_unless_the_user_chose_some(here, monkeypatch):
    here(T4, A100)
    assert show_all_slices() == 2
    assert devices.VISIBLE not in devices.os.environ
    here(CUT, A100)
    monkeypatch.setenv(devices.VISIBLE, "MIG-bbbb")
    assert show_all_slices() == 1
    monkeypatch.delenv(devices.VISIBLE)
    assert show_all_slices() == 3
    assert devices.os.environ[devices.VISIBLE] == "MIG-aaaa,MIG-bbbb,GPU-9c8d"


def test_without_a_driver_nothing_is_known():
    assert visible_devices(nvml_of(T4, has_driver=False)) is None
