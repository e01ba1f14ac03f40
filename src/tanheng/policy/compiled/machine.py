"""From the text of a loop to machine code, and the loop run over rows by threads.

Machine code is kept under the user's cache folder by the digest of the text, of LLVM's version and of the processor:
the second run of the same rules compiles nothing. A cache that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile

import llvmlite.binding as llvm
import numpy as np

from tanheng.warehouse.arrays import Array

Address = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)  # lets other threads go on
MOST_KNOWN = 512
_DIGEST = 32  # bytes before the code, of the code
LEAST_ROWS = 20_000  # what fewer rows take is less than a thread costs


class Code:
    """A loop that can be called. It stays as long as the object."""

    def __init__(self, text: str, digest: str) -> None:
        place = _folder() / f"{digest}.o"
        code = _kept(place)
        if code is None:
            code = _compiled(text)
            _keep(place, code)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        self._call = Address(self._engine.get_function_address("loop"))

    def __call__(self, begin: int, end: int, arrays: Sequence[Array]) -> None:
        """Go over the rows from ``begin`` to before ``end``."""
        if begin < end:
            pointers = np.array([array.ctypes.data for array in arrays], np.uintp)
            self._call(begin, end, pointers.ctypes.data)


def code_of(text: str) -> Code:
    """The code of a loop, made or taken from the cache where this process has not had it."""
    digest = sha256(f"{text}\n{_target_said()}".encode()).hexdigest()
    code = _KNOWN.get(digest)
    if code is None:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        code = _KNOWN[digest] = Code(text, digest)
    return code


@lru_cache(maxsize=1)
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_count(), "rules")


def thread_count() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shares(rows: int) -> list[tuple[int, int]]:
    """The rows of each thread, from and to before."""
    count = max(1, min(thread_count(), rows // LEAST_ROWS))
    bounds = [rows * n // count for n in range(count + 1)]
    return list(pairwise(bounds))


def _compiled(text: str) -> bytes:
    module = llvm.parse_assembly(text)
    module.triple = llvm.get_process_triple()
    machine = _target()
    module.data_layout = str(machine.target_data)
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = True
    options.slp_vectorization = False
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)
    code: bytes = machine.emit_object(module)
    return code


def _target() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True)


@lru_cache(maxsize=1)
def _target_said() -> str:
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvm.llvm_version_info} {llvm.get_process_triple()} {llvm.get_host_cpu_name()} {features}"


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "tanheng" / "loops"


def _kept(place: Path) -> bytes | None:
    """What was kept there; None where that is nothing, or not what was written."""
    try:
        content = place.read_bytes()
    except OSError:
        return None
    said, code = content[:_DIGEST], content[_DIGEST:]
    return code if sha256(code).digest() == said else None


def _keep(place: Path, code: bytes) -> None:
    """All of it or nothing: another process may read it at the same time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as file:
            file.write(sha256(code).digest() + code)
        os.replace(file.name, place)
    except OSError:
        return  # it is compiled anew the next time


_KNOWN: dict[str, Code] = {}
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=threads.cache_clear)  # threads do not come along into a child
