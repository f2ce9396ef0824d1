"""Debian's mirror is found among all that apt's folder may hold."""

from pathlib import Path

import pytest

from tests.compose.apt import debian_mirror

DEBIAN = "http://deb.debian.org/debian"

DEB822 = f"""Types: deb deb-src
# http://snapshot.debian.org/archive/debian/20250520T000000Z
URIs: {DEBIAN}
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""

NODESOURCE = """Types: deb
URIs: https://deb.nodesource.com/node_20.x
Suites: nodistro
Components: main
Signed-By: /usr/share/keyrings/nodesource.gpg
"""

DOCKER = (
    "deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian bookworm stable\n"
)
CHROME = "deb [arch=amd64] https://dl.google.com/linux/chrome/deb/ stable main\n"
CLOUD = "deb https://packages.cloud.google.com/apt cloud-sdk-bookworm main\n"
INLINE_KEY = """Types: deb
URIs: https://packages.example.org/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
"""


@pytest.mark.parametrize(
    ("files", "mirror"),
    [
        ({"debian.sources": DEB822}, DEBIAN),
        ({"debian.list": f"deb {DEBIAN} bookworm main contrib # ours\n"}, DEBIAN),
        ({"a.list": f"deb [arch=amd64 trusted=yes] {DEBIAN}/ trixie main\n"}, f"{DEBIAN}/"),
        ({"../sources.list": f"# deb http://other/debian bookworm main\ndeb {DEBIAN} bookworm main\n"}, DEBIAN),
        ({"cloud.list.disabled": f"deb {DEBIAN} bookworm main\n"}, None),
        ({"cloud.list": f"#deb {DEBIAN} bookworm main\n"}, None),
        ({"sources.sources": f"deb-src {DEBIAN} bookworm main\n"}, None),
        ({"source.list": f"deb-src {DEBIAN} bookworm main\n"}, None),
        ({"debian.sources": f"Enabled: no\n{DEB822}"}, None),
        ({"debian.sources": DEB822.replace("Types: deb deb-src", "Types: deb-src")}, None),
        ({"debian.sources": DEB822.replace("URIs: ", "URIs:\n ", 1)}, DEBIAN),
        ({"mirrors.sources": DEB822.replace(DEBIAN + "\n", "mirror+file:/etc/apt/mirrors/debian.list\n", 1)}, None),
        ({"a.sources": NODESOURCE, "b.list": DOCKER, "c.list": CHROME, "d.list": CLOUD, "e.sources": INLINE_KEY}, None),
        (
            {"a.list.off": CLOUD, "a.sources": NODESOURCE, "b.list": DOCKER, "c.list": CHROME, "z.sources": DEB822},
            DEBIAN,
        ),
        ({}, None),
    ],
)
def test_only_an_enabled_source_of_debians_own_is_its_mirror(tmp_path: Path, files: dict, mirror: str | None) -> None:
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        (tmp_path / "sources.list.d" / name).write_text(text)
    assert debian_mirror(tmp_path) == mirror
