"""A small server that answers as the Hugging Face hub does for data sets, for tests without a network."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

Files = Mapping[str, bytes]


class LocalHub:
    """The repositories of the hub: files by commit, and commits by name of a branch or tag."""

    def __init__(self) -> None:
        self.commits: dict[str, dict[str, Files]] = {}
        self.names: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []

    def commit(self, repository: str, files: Files, *names: str) -> str:
        """Add a commit, to which `names` and `main` then point, and return its hash."""
        content = repr(sorted(files.items())).encode()
        sha = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        self.commits.setdefault(repository, {})[sha] = files
        self.names.setdefault(repository, {}).update(dict.fromkeys((*names, "main"), sha))
        return sha

    def find(self, repository: str, revision: str) -> tuple[str, Files] | None:
        """Return hash and files of a revision."""
        sha = self.names.get(repository, {}).get(revision, revision)
        files = self.commits.get(repository, {}).get(sha)
        return None if files is None else (sha, files)


def _entries(files: Files, folder: str) -> list[dict[str, object]]:
    inside = [path for path in files if path.startswith(f"{folder}/" if folder else "")]
    folders = {path.rpartition("/")[0] for path in inside if "/" in path}
    return [
        *({"type": "directory", "path": path, "oid": path, "size": 0} for path in sorted(folders) if path != folder),
        *(_file(path, files[path]) for path in inside),
    ]


def _file(path: str, content: bytes) -> dict[str, object]:
    return {"type": "file", "path": path, "oid": hashlib.md5(content).hexdigest(), "size": len(content)}


@contextmanager
def local_hub() -> Iterator[tuple[LocalHub, str]]:
    """Yield a hub and its address."""
    hub = LocalHub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            hub.requests.append(f"{self.command} {self.path}")

        def answer(self, status: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def missing(self, code: str) -> None:
            self.answer(404, json.dumps({"error": code}).encode(), X_Error_Code=code, X_Error_Message=code)

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            parts = unquote(urlsplit(self.path).path).strip("/").split("/")
            is_api = parts[0] == "api"
            words = parts[2:] if is_api else parts[1:]
            repository = "/".join(words[:2])
            if repository not in hub.commits:
                self.missing("RepoNotFound")
                return
            verb, revision = (words[2], words[3]) if len(words) > 3 else ("revision", "main")
            if (found := hub.find(repository, revision)) is None:
                self.missing("RevisionNotFound")
                return
            sha, files = found
            path = "/".join(words[4:])
            if verb == "resolve":
                if path not in files:
                    self.missing("EntryNotFound")
                    return
                content = files[path]
                etag = f'"{hashlib.md5(content).hexdigest()}"'
                self.answer(200, content, "application/octet-stream", X_Repo_Commit=sha, ETag=etag)
            elif verb == "tree":
                self.answer(200, json.dumps(_entries(files, path)).encode())
            elif verb == "paths-info":
                given = json.loads(body) if body.startswith(b"{") else {}
                asked = given.get("paths", [])
                entries = [entry for entry in _entries(files, "") if entry["path"] in asked]
                self.answer(200, json.dumps(entries).encode())
            else:
                siblings = [{"rfilename": name} for name in files]
                info = {
                    "id": repository,
                    "sha": sha,
                    "private": False,
                    "tags": [],
                    "downloads": 0,
                    "siblings": siblings,
                }
                self.answer(200, json.dumps(info).encode())

        do_HEAD = do_GET  # noqa: N815 - a name that the base class looks for
        do_POST = do_GET  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
