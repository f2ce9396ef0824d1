"""The machine and the versions that figures belong to."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

PACKAGES = ("torch", "transformers", "accelerate", "ray", "optuna", "syne-tune")


def describe_machine() -> str:
    """Processor, cores, memory, system, Python and the packages that matter."""
    memory = psutil.virtual_memory().total / 2**30
    cores = f"{psutil.cpu_count(logical=False)} cores ({psutil.cpu_count()} threads)"
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores}, {memory:.0f} GiB of memory; {system}; {packages}"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
