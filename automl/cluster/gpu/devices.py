"""The GPUs of this machine that CUDA may use, and their memory. It asks the driver, so it occupies no GPU memory."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil

VISIBLE, ORDER, BY_PLACE = "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "PCI_BUS_ID"
"""CUDA's variables for the devices that a process may use and their order, and the order that is the driver's, too."""


@dataclass(frozen=True)
class Device:
    """A GPU, or a slice of one (MIG, "Multi-Instance GPU").

    Attributes:
        name: its UUID, by which `CUDA_VISIBLE_DEVICES` can name it: `GPU-...` or `MIG-...`.
        bytes: its memory; None if the driver does not tell.
        is_slice: whether it is a slice. A process can use one slice only.
    """

    name: str
    bytes: int | None
    is_slice: bool = False


@dataclass(frozen=True)
class NodeGpus:
    """The GPUs of a node, among which Ray chooses by itself.

    Attributes:
        bytes: memory of the smallest one.
        are_slices: whether any is a slice of a GPU.
    """

    bytes: int
    are_slices: bool = False


def visible_devices(library: Any = None, visible: str | None = None) -> tuple[Device, ...] | None:
    """Return the devices that CUDA may use, in the order of `CUDA_VISIBLE_DEVICES`, or else the driver's.

    Where GPUs are not named by their UUIDs, and differ, CUDA's own order is unknown; then each counts with the memory
    of the smallest.

    Args:
        library: the bindings of NVIDIA's management library; by default those of Ray.
        visible: the value of `CUDA_VISIBLE_DEVICES`; None if it is not set.

    Returns:
        None if the driver cannot be asked.
    """
    nvml = library or _of_ray()
    try:
        nvml.nvmlInit()
        try:
            gpus = [_gpu(nvml, index) for index in range(nvml.nvmlDeviceGetCount())]
        finally:
            nvml.nvmlShutdown()
    except (nvml.NVMLError, OSError):
        return None
    if visible is None:
        return tuple(device for gpu, slices in gpus for device in slices or (gpu,))
    return tuple(_named(gpus, [token.strip() for token in visible.split(",")]))


def show_all_slices() -> int | None:
    """Let CUDA use all slices of GPUs, of which it takes only the first by default; return the number of devices.

    Nothing changes where `CUDA_VISIBLE_DEVICES` is set, or no GPU is cut into slices. Call it before Ray starts, which
    counts whole GPUs, and passes the names of devices on to its workers.

    Returns:
        None if the driver cannot be asked.
    """
    devices = visible_devices(visible=os.environ.get(VISIBLE))
    if devices is None:
        return None
    if VISIBLE not in os.environ and any(device.is_slice for device in devices):
        os.environ[VISIBLE] = ",".join(device.name for device in devices)
    return len(devices)


def gpus_of_this_node() -> NodeGpus | None:
    """Return the GPUs of this node; None if there are none, or their memory is unknown."""
    devices = visible_devices(visible=_visible_to_ray())
    if not devices:
        return None
    sizes = [device.bytes for device in devices if device.bytes is not None]
    return NodeGpus(min(sizes), any(device.is_slice for device in devices)) if len(sizes) == len(devices) else None


def _of_ray() -> Any:
    from ray._private.thirdparty import pynvml  # noqa: PLC0415 - Ray must have read its settings first

    return pynvml


def _visible_to_ray() -> str | None:
    """Return `CUDA_VISIBLE_DEVICES` of the process of Ray that started this one.

    Ray sets it to nothing for a task without GPUs.
    """
    if visible := os.environ.get(VISIBLE):
        return visible
    with suppress(psutil.Error):
        parent = psutil.Process().parent()
        return None if parent is None else parent.environ().get(VISIBLE) or None
    return None


def _gpu(nvml: Any, index: int) -> tuple[Device, tuple[Device, ...]]:
    """Return a GPU and its slices."""
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    return _device(nvml, handle), tuple(_slices(nvml, handle))


def _slices(nvml: Any, handle: Any) -> Iterator[Device]:
    with suppress(nvml.NVMLError):  # of GPUs that cannot be cut into slices
        if not nvml.nvmlDeviceGetMigMode(handle)[0]:
            return
        for place in range(nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
            with suppress(nvml.NVMLError):  # there is no slice at this place
                yield _device(nvml, nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, place), is_slice=True)


def _device(nvml: Any, handle: Any, *, is_slice: bool = False) -> Device:
    name = nvml.nvmlDeviceGetUUID(handle)
    total = None
    with suppress(nvml.NVMLError):  # where GPU and processor have one memory, the driver tells none
        total = int(nvml.nvmlDeviceGetMemoryInfo(handle).total)
    return Device(name.decode() if isinstance(name, bytes) else name, total, is_slice)


def _named(gpus: list[tuple[Device, tuple[Device, ...]]], tokens: list[str]) -> Iterator[Device]:
    """Yield the devices that `tokens` name; as for CUDA, one that names none ends the list."""
    own = [slices[0] if slices else gpu for gpu, slices in gpus]  # of several slices, CUDA takes the first
    sizes = [device.bytes for device in own]
    smallest = None if None in sizes else min((size for size in sizes if size is not None), default=None)
    in_order = os.environ.get(ORDER) == BY_PLACE or len(set(sizes)) <= 1
    for token in tokens:
        if token.isdigit() and int(token) < len(own):
            device = own[int(token)]
            yield device if in_order else Device(device.name, smallest, device.is_slice)
            continue
        names = [(gpu.name, first) for (gpu, _), first in zip(gpus, own, strict=True)]
        names += [(device.name, device) for _, slices in gpus for device in slices]
        found = [device for name, device in names if token[:4] in {"GPU-", "MIG-"} and name.startswith(token)]
        if len(found) != 1:
            return
        yield found[0]
