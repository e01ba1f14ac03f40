"""What engines have in common whose frames Narwhals makes."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pyarrow as pa

from tanheng.policy.backend import Results, Tables


class NarwhalsBackend(ABC):
    """Frames are results here, and results frames."""

    def rows(self, city: Tables, table: str) -> Results:
        return city.frame(table)

    @abstractmethod
    def keep(self, frame: Results) -> Results:
        """Work a frame out now, for several later uses."""

    def fetch(self, frame: Results) -> pa.Table:
        found: pa.Table = frame.collect("pyarrow").to_native()
        return found

    def results(self, frame: Results) -> Results:
        return frame

    def take(self, results: Results) -> Results:
        return results

    def hold(self, results: Results) -> Results:
        return self.keep(results)
