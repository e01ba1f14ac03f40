"""The web processes: gunicorn with our application, in this process and its children."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

# Long enough for a report, short enough that a process that hangs is noticed.
TIMEOUT_S = 60


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """What we were told, and nothing from files or the environment."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in each process by itself."""
        from tanheng.portal.wsgi import application

        return application


def serve(host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve until we are told to stop (SIGTERM, Ctrl-C); requests under way are finished."""
    Server(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": TIMEOUT_S,
            "graceful_timeout": TIMEOUT_S,
            # Somebody who reads a page goes on by the same connection; a waiting connection takes no thread.
            "keepalive": 15,
            # A process that serves for weeks is made anew now and then, not all at once.
            "max_requests": 100_000,
            "max_requests_jitter": 10_000,
            # Who calls is told to us by TANHENG_PROXIES, not by whoever writes the header.
            "forwarded_allow_ips": "",
            "proc_name": "tanheng",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
        }
    ).run()
