"""A parent that has the libraries loaded and forks a kernel per notebook: a start costs milliseconds, not seconds.

The parent has what every notebook begins with: libraries and `sdm_lib.monitor`. Code is never stale all the same: a
kernel forked after a file of the kit was saved forgets the kit and loads it anew. `WarmProvisioner` hooks it into
jupyter_client as a kernel provisioner (entry point ``sdm-warm``), so notebooks, kernelspec and papermill stay as they
are. Linux only: fork is unsafe with frameworks of macOS and absent on Windows; elsewhere kernels start as usual.

Traps that shaped this file: one OS thread before a fork, or a lock may stay locked for ever in the child; no zmq
context and no IPython history before it; the legacy random generator of numpy is cloned and must be seeded again; a
parent that is killed may leave orphans, so its input is a lifeline whose end means stop, and kernels watch it too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

SOCKET = "SDM_WARM_SOCKET"
START_SECONDEN = 60
KIT = Path(__file__).resolve().parents[1]
LIBRARIES = (
    "numpy", "pandas", "pyarrow.parquet", "scipy.special", "scipy.stats", "yaml", "ibis", "ibis.expr.datatypes",
    "ibis.backends.sql.compilers.duckdb", "pyreadstat", "openpyxl", "ipykernel.kernelapp", "ipykernel.ipkernel",
    "ipykernel.debugger", "IPython.core.interactiveshell", "IPython.core.completerlib", "tornado.queues",
)  # fmt: skip
NOT_NEEDED = "debugpy"  # nobody debugs a notebook that the runner executes, and loading it is half of a kernel's start
STARTS_A_THREAD = "duckdb"  # loaded in a fork, when it is first used; what Ibis needs around it is loaded here
OPRUIMEN = (100_000, 50, 100)  # new objects before a look at the youngest, and looks before one at the older
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator would start one
}


def available() -> bool:
    """Whether this machine can fork warm kernels safely."""
    return sys.platform == "linux"


class WarmParent:
    """The parent process, as its owner sees it. Use as a context manager; `socket` is where forks are asked for."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "warm.sock"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sdm_lib.runner.warm", str(self.socket)],
            stdin=subprocess.PIPE,
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # Ctrl+C is for who started it, who ends it by its lifeline
        )

    def __enter__(self) -> WarmParent:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()  # the lifeline
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait_until_ready(self) -> None:
        """Block until forks can be asked for. Raises RuntimeError when the parent stopped."""
        tot = time.monotonic() + START_SECONDEN
        while not self.socket.exists():
            if self._process.poll() is not None or time.monotonic() > tot:
                raise RuntimeError("the warm parent did not start")
            time.sleep(0.01)


class Forked:
    """A forked kernel, with the part of subprocess.Popen that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: dict[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.connect(address)
        self._connection.sendall(json.dumps(request).encode() + b"\n")
        self.pid = int(self._line())
        self.returncode: int | None = None

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            deel = self._connection.recv(64)
            if not deel:
                raise RuntimeError("the warm parent has gone")
            line += deel
        return line

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            antwoord = self._connection.recv(64)
            self.returncode = int(antwoord) if antwoord.strip() else -signal.SIGKILL
            self._connection.close()
        return self.returncode

    def wait(self) -> int:
        """The exit status, when it has ended."""
        while (status := self.poll()) is None:
            time.sleep(0.005)
        return status

    def send_signal(self, signum: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc, unused-ignore]
    """Starts a kernel as a fork of the warm parent; as an ordinary process where there is none."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork instead of exec; the arguments are those of the kernelspec."""
        environment = kwargs.get("env") or dict(os.environ)
        address = environment.get(SOCKET, "")
        if not address:
            return await super().launch_kernel(cmd, **kwargs)
        request = {"argv": cmd[cmd.index("-f") :], "env": environment, "cwd": str(kwargs.get("cwd") or Path.cwd())}
        self.process: Any = await asyncio.to_thread(Forked, address, request)
        self.pid = self.pgid = self.process.pid
        self.cwd = request["cwd"]
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the fork; it ends fast, so look often."""
        if not isinstance(self.process, Forked):
            status: int | None = await super().wait()
            return status
        while (ended := self.process.poll()) is None:
            await asyncio.sleep(0.005)
        self.process = None
        return int(ended)


def serve(address: str) -> None:
    """The parent itself: load the libraries, then fork a kernel for each request until the lifeline ends."""
    kit = _state_of_kit()
    _load()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"{threads} threads run before the first fork; a child might hang")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    os.chmod(address, 0o600)
    listener.listen(64)
    children: dict[int, socket.socket] = {}
    lifeline = sys.stdin.fileno()
    while True:
        ready = select.select([listener, lifeline], [], [], 0.02)[0]
        _tell_who_ended(children)
        if lifeline in ready:
            break
        if listener in ready:
            _fork(listener, children, kit=kit)
    for pid in children:
        os.killpg(pid, signal.SIGKILL)


def zelden_opruimen() -> None:
    """Let Python look seldom for garbage that refers to itself, and never among what is there now.

    For a process and all it forks. What was loaded is there to stay, and figures and pages make next to none of it:
    looking as often as Python does by itself costs a tenth of a run.
    """
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(*OPRUIMEN)


def _load() -> None:
    import importlib

    sys.modules[NOT_NEEDED] = None  # type: ignore[assignment]  # ipykernel then goes without
    for name in LIBRARIES:
        importlib.import_module(name)
    sys.modules[STARTS_A_THREAD] = _AtFirstUse(STARTS_A_THREAD)
    importlib.import_module("sdm_lib.monitor")
    zelden_opruimen()  # what is not collected stays shared with every fork


class _AtFirstUse(ModuleType):
    """Stands in for a module until something of it is asked. The one of importlib loads at `import` already."""

    def __init__(self, name: str) -> None:
        import importlib.util

        super().__init__(name)
        spec = importlib.util.find_spec(name)
        self.__file__ = spec.origin if spec else None  # asked of every module by whoever looks where code comes from

    def __getattr__(self, name: str) -> Any:
        import importlib

        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _state_of_kit() -> dict[Path, tuple[int, int, int]]:
    """Every source file of the kit with what changes when it is saved, restored or replaced."""
    staten = ((path, path.stat()) for path in KIT.rglob("*.py"))
    return {path: (staat.st_ino, staat.st_size, staat.st_ctime_ns) for path, staat in staten}


def _forget_kit() -> None:
    """Let the kit be imported again by this process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == KIT.name]:
        del sys.modules[name]


def _tell_who_ended(children: dict[int, socket.socket]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        connection = children.pop(pid)
        with contextlib.suppress(OSError):  # its owner may be gone; then there is nobody to tell
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        connection.close()


def _fork(
    listener: socket.socket, children: dict[int, socket.socket], *, kit: dict[Path, tuple[int, int, int]]
) -> None:
    connection, _ = listener.accept()
    request = json.loads(connection.makefile("rb").readline())
    pid = os.fork()
    if pid:
        children[pid] = connection
        connection.sendall(b"%d\n" % pid)
        return
    os.setsid()
    if _state_of_kit() != kit:
        _forget_kit()
    for inherited in (listener, connection, *children.values()):
        inherited.close()
    _become_kernel(request)


def _become_kernel(request: dict[str, Any]) -> None:
    """In the child: take over environment and folder, forget cloned randomness, and run the kernel. Never returns."""
    import random

    import numpy as np
    from ipykernel.kernelapp import launch_new_instance

    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        random.seed()
        np.random.seed(None)  # noqa: NPY002  # the legacy generator is the one that was cloned
        sys.argv = ["ipykernel_launcher", *request["argv"]]
        # given as an option: ipykernel reads its environment when it is imported, which was before this fork
        launch_new_instance(argv=[*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"])
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(sys.argv[1])
