"""The web processes: gunicorn with our application, in this process and its children; workers beside them."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from tanheng.portal.worker_processes import WorkerProcesses

# Long enough for a report, short enough that a process that hangs is noticed.
TIMEOUT_S = 60


class _Arbiter(Arbiter):  # type: ignore[misc]
    """Looks after the workers of the queue as it does after its own, each second."""

    def manage_workers(self) -> None:
        """Both kinds."""
        super().manage_workers()
        self.app.job_workers.look_after()


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn without its command line."""

    def __init__(self, options: dict[str, Any], job_workers: int) -> None:
        self.options = options
        self.job_workers = WorkerProcesses(job_workers)
        super().__init__()

    def run(self) -> None:
        """Until we are told to stop."""
        try:
            _Arbiter(self).run()
        finally:
            # Nothing of this in the children, which come by here as well when they end.
            self.job_workers.stop()

    def load_config(self) -> None:
        """What we were told, and nothing from files or the environment."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in each process by itself."""
        from tanheng.portal.wsgi import application

        return application


def serve(host: str, port: int, *, workers: int, threads: int, job_workers: int = 1) -> None:
    """Serve until we are told to stop (SIGTERM, Ctrl-C); requests under way are finished."""
    Server(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": TIMEOUT_S,
            "graceful_timeout": TIMEOUT_S,
            # A process that serves for weeks is made anew now and then, not all at once.
            "max_requests": 100_000,
            "max_requests_jitter": 10_000,
            # Who calls is told to us by TANHENG_PROXIES, not by whoever writes the header.
            "forwarded_allow_ips": "",
            "proc_name": "tanheng",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
        },
        job_workers,
    ).run()
