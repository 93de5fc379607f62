"""A file server that speaks WebHDFS, for Hadoop's own client to speak with: a filesystem that is no drive of anybody.

What it answers is what https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/WebHDFS.html describes, as
far as the client asks; namenode and datanode are one. There is no Hadoop to be had where the tests run, so that it
stands in for a cluster's: the client, its errors and the committing of Spark's output are the real ones.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

_PREFIX = "/webhdfs/v1"
_BLOCK = 1 << 20
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class _AbsentError(Exception):
    """There is no such file."""


class Handler(BaseHTTPRequestHandler):
    """One request. The server's `folder` holds the files, its `requests` counts the operations asked for."""

    protocol_version = "HTTP/1.1"
    server: WebHdfs

    def parse_request(self) -> bool:
        """The client sends UTF-8 as it is; http.server would take a byte of a Chinese name for a blank."""
        self.raw_requestline: bytes = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], self.raw_requestline)
        return super().parse_request()

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server names them so

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        url = urlsplit(self.path)
        self._asked = {name.lower(): values[0] for name, values in parse_qs(url.query).items()}
        self._path = unquote(url.path.removeprefix(_PREFIX)) or "/"
        self._file = self.server.folder / self._path.lstrip("/")
        operation = self._asked["op"].upper()
        with self.server.turn:
            self.server.requests[operation] += 1
        work = getattr(self, f"_{operation.lower()}", None)
        try:
            if work is None:
                self._refuse(400, "UnsupportedOperationException", f"{operation} is not served")
            else:
                work()
        except (_AbsentError, FileNotFoundError):
            self._refuse(404, "FileNotFoundException", f"File does not exist: {self._path}")

    def _getfilestatus(self) -> None:
        self._say({"FileStatus": _status(self._file, "")})

    def _liststatus(self) -> None:
        self._say({"FileStatuses": {"FileStatus": self._listed()}})

    def _liststatus_batch(self) -> None:
        listing = {"partialListing": {"FileStatuses": {"FileStatus": self._listed()}}, "remainingEntries": 0}
        self._say({"DirectoryListing": listing})

    def _getfileblocklocations(self) -> None:
        length = _there(self._file).stat().st_size
        block = {
            "offset": 0, "length": length, "corrupt": False, "cachedHosts": [], "hosts": ["127.0.0.1"],
            "names": ["127.0.0.1:1"], "storageTypes": ["DISK"], "topologyPaths": ["/default-rack/127.0.0.1:1"],
        }  # fmt: skip
        self._say({"BlockLocations": {"BlockLocation": [block] if length else []}})

    def _mkdirs(self) -> None:
        self._file.mkdir(parents=True, exist_ok=True)
        self._say({"boolean": True})

    def _rename(self) -> None:
        to = self.server.folder / self._asked["destination"].lstrip("/")
        if to.is_dir():
            to /= self._file.name
        with self.server.turn:
            done = self._file.exists() and to.parent.is_dir() and not to.exists()
            if done:
                self._file.rename(to)
        self._say({"boolean": done})

    def _delete(self) -> None:
        there = self._file.exists()
        if self._file.is_dir():
            shutil.rmtree(self._file, ignore_errors=True)
        else:
            self._file.unlink(missing_ok=True)
        self._say({"boolean": there})

    def _create(self) -> None:
        if "datanode" not in self._asked:
            self._redirect()
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("wb") as file:
            for block in self._sent():
                file.write(block)
        self._say(None, 201)

    def _open(self) -> None:
        size, begin = _there(self._file).stat().st_size, int(self._asked.get("offset", 0))
        if "datanode" not in self._asked:
            self._redirect()
            return
        left = min(int(self._asked.get("length", size)), size - begin)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(left))
        self.end_headers()
        with self._file.open("rb") as file:
            file.seek(begin)
            while left and (block := file.read(min(left, _BLOCK))):
                self.wfile.write(block)
                left -= len(block)

    def _setpermission(self) -> None:
        self._say(None)

    def _listed(self) -> list[dict[str, Any]]:
        if not self._file.is_dir():
            return [_status(self._file, "")]
        return [_status(each, each.name) for each in sorted(self._file.iterdir())]

    def _sent(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield self.rfile.read(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _redirect(self) -> None:
        self.send_response(307)
        place = f"{_PREFIX}{quote(self._path)}?{urlsplit(self.path).query}&datanode=true"
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}{place}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, content: dict[str, Any] | None, status: int = 200) -> None:
        body = json.dumps(content).encode() if content is not None else b""
        self.send_response(status)
        # no Content-Type: the client that PySpark carries lacks the classes with which it would look at one
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int, kind: str, message: str) -> None:
        package = "java.io" if kind == "FileNotFoundException" else "java.lang"
        told = {"exception": kind, "javaClassName": f"{package}.{kind}", "message": message}
        self._say({"RemoteException": told}, status)


class WebHdfs(ThreadingHTTPServer):
    """A server on a free port of the loopback. folder: where its files lie; requests: of each operation."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.requests, self.turn = folder, Counter[str](), threading.Lock()

    @property
    def address(self) -> str:
        """Of its root."""
        return f"webhdfs://127.0.0.1:{self.server_port}"


@contextmanager
def webhdfs(folder: Path) -> Iterator[WebHdfs]:
    """A server over a folder, made if absent, for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with WebHdfs(folder) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _there(file: Path) -> Path:
    if not file.exists():
        raise _AbsentError
    return file


def _status(file: Path, suffix: str) -> dict[str, Any]:
    told = _there(file).stat()
    moment = int(told.st_mtime * 1000)
    return {
        "pathSuffix": suffix, "type": "DIRECTORY" if file.is_dir() else "FILE",
        "length": 0 if file.is_dir() else told.st_size, "owner": "anling", "group": "anling",
        "permission": "755" if file.is_dir() else "644", "accessTime": moment, "modificationTime": moment,
        "blockSize": 0 if file.is_dir() else 1 << 27, "replication": 0 if file.is_dir() else 1, "childrenNum": 0,
        "fileId": told.st_ino, "storagePolicy": 0,
    }  # fmt: skip
