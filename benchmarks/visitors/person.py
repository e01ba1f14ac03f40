"""A person with a browser of the plainest kind: one connection that is kept, cookies, pages compressed."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT_S = 30
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Person:
    """Somebody of the demonstration. ``visit`` gives status and milliseconds."""

    host: str
    port: int
    name: str
    language: str = "zh-CN"
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)

    def signs_in(self) -> float:
        """By the form of the demonstration; the milliseconds of both requests.

        Raises
        ------
        RuntimeError
            When the site does not let them in.
        """
        start = time.perf_counter()
        _status, text = self._ask("GET", "/", packed=False)
        found = _TOKEN.search(text.decode())
        if found is None:
            raise RuntimeError("no form to sign in")
        body = urlencode({"username": f"demo-{self.name}", "csrfmiddlewaretoken": found[1]})
        status, _text = self._ask("POST", "/demo/sign-in/", body)
        if status != 302:
            raise RuntimeError(f"{self.name} was not let in: {status}")
        return (time.perf_counter() - start) * 1000

    def visit(self, path: str) -> tuple[int, float]:
        """Open a page, to its last byte."""
        start = time.perf_counter()
        status, _text = self._ask("GET", path)
        return status, (time.perf_counter() - start) * 1000

    def _ask(self, method: str, path: str, body: str | None = None, *, packed: bool = True) -> tuple[int, bytes]:
        headers = {"Accept-Language": self.language, "Host": f"{self.host}:{self.port}"}
        if packed:
            headers["Accept-Encoding"] = "gzip"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self.host}:{self.port}"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closed a connection that nobody used for a while; a browser opens another, and so do we.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read()
        for said in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: each.value for name, each in SimpleCookie(said).items()}
        return answer.status, text

    def leaves(self) -> None:
        """Close the connection."""
        self.connection.close()
