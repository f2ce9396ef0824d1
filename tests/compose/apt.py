"""Where apt takes Debian's packages from, as its lists of sources say: one-line `.list` and deb822 `.sources` files."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

APT = Path("/etc/apt")
KEYRING = "debian-archive-keyring"
CODENAMES = ("bullseye", "bookworm", "trixie", "forky", "sid")
SUITES = {*CODENAMES, "oldoldstable", "oldstable", "stable", "testing", "unstable"}

ONE_LINE = re.compile(r"deb(?:\s+\[(?P<options>[^]]*)\])?\s+(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)")


class Source(NamedTuple):
    """One enabled source of binary packages."""

    uri: str
    suites: set[str]
    components: set[str]
    signed_by: str

    @property
    def is_debian(self) -> bool:
        """Whether it is a mirror of Debian's own archive, and neither its security updates nor another vendor's."""
        if (
            not self.uri.startswith(("http://", "https://"))
            or "main" not in self.components
            or not self.suites & SUITES
        ):
            return False
        if self.signed_by:
            return KEYRING in self.signed_by
        return re.fullmatch(r"debian(?!-security).*", self.uri.rstrip("/").rpartition("/")[2]) is not None


def debian_mirror(apt: Path = APT) -> str | None:
    """The address of the first mirror of Debian that is enabled, if there is one.

    Like apt, this reads no file of `sources.list.d` that ends in anything but `.list` and `.sources`.
    """
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    for file in files:
        if file.suffix in READERS and file.is_file():
            for source in READERS[file.suffix](file.read_text(encoding="utf-8")):
                if source.is_debian:
                    return source.uri
    return None


def _one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        if found := ONE_LINE.fullmatch(line.partition("#")[0].strip()):
            options = dict(option.partition("=")[::2] for option in (found["options"] or "").split())
            yield Source(found["uri"], {found["suite"]}, set(found["components"].split()), options.get("signed-by", ""))


def _deb822(text: str) -> Iterator[Source]:
    uncommented = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", uncommented):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace():
                fields[name] = f"{fields.get(name, '')} {line.strip()}"
            else:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        enabled = fields.get("enabled", "yes").lower() not in {"no", "false", "without", "off", "disable", "0"}
        if enabled and "deb" in fields.get("types", "").split():
            suites, components = set(fields.get("suites", "").split()), set(fields.get("components", "").split())
            for uri in fields.get("uris", "").split():
                yield Source(uri, suites, components, fields.get("signed-by", ""))


READERS = {".list": _one_line, ".sources": _deb822}
