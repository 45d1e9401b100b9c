"""One function on many tasks: in this process, in threads, in processes, or on dask.

Answers come in the order of the tasks, whoever finishes first. A worker that dies loses nothing:
its tasks are given out again, and one that keeps killing workers is answered by `Lost`.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

from carbonpeak.errors import ResultError, suggestion

Task = TypeVar("Task")
Answer = TypeVar("Answer")

SCHEDULERS = ("serial", "threads", "processes", "dask")
RETRIES = 2

_FAILED = (BrokenProcessPool, OSError, MemoryError)


@dataclass(frozen=True)
class Lost:
    """No answer: the workers that had the task died, or ran out of memory or of files."""

    reason: str


class Crew(Protocol):
    """Who does the work."""

    def each(
        self, function: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Generator[Answer | Lost, None, None]:
        """Yield the answer to each task in order; an error of the function is raised."""


@contextmanager
def crew(scheduler: Any = "serial", *, retries: int = RETRIES) -> Iterator[Crew]:
    """Open the workers of a scheduler, and close those that were opened.

    Parameters
    ----------
    scheduler : {"serial", "threads", "processes", "dask"} or distributed.Client
        ``"dask"`` starts a local cluster; a client is used and left open. What goes to another
        process must pickle.
    retries : int
        How often a task is given out again after its worker died; on dask the scheduler's own
        ``allowed-failures`` holds as well.

    Raises
    ------
    ResultError
        When the scheduler is unknown, or dask is not installed.
    """
    if isinstance(scheduler, str) and scheduler not in SCHEDULERS:
        raise ResultError(
            f"unknown scheduler '{scheduler}'; {suggestion(scheduler, SCHEDULERS)} "
            "A distributed.Client is taken too"
        )
    if scheduler == "serial":
        yield _Serial()
    elif scheduler == "threads":
        with ThreadPoolExecutor(_cores()) as pool:
            yield _Threads(pool)
    elif scheduler == "processes":
        workers = _Processes(retries, _pool(_cores()))
        try:
            yield workers
        finally:
            workers.pool.shutdown(cancel_futures=True)
    else:
        with ExitStack() as opened:
            client = _local_client(opened) if scheduler == "dask" else scheduler
            yield _Dask(client, retries)


def _cores() -> int:
    return os.cpu_count() or 1


def _local_client(opened: ExitStack) -> Any:
    if find_spec("distributed") is None:
        raise ResultError(
            "the scheduler 'dask' needs distributed; install it by "
            "pip install 'carbonpeak[dask]', or take 'threads' or 'processes'"
        )
    distributed = import_module("distributed")
    cluster = distributed.LocalCluster(
        n_workers=_cores(), threads_per_worker=1, dashboard_address=None
    )
    return opened.enter_context(distributed.Client(opened.enter_context(cluster)))


class _Serial:
    """This process, one task after the other, each begun when it is asked for."""

    def each(
        self, function: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Generator[Answer | Lost, None, None]:
        """Yield the answers in order."""
        yield from map(function, tasks)


@dataclass
class _Threads:
    """Threads of this process."""

    pool: Executor

    def each(
        self, function: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Generator[Answer | Lost, None, None]:
        """Yield the answers in order."""
        futures = [self.pool.submit(function, task) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        finally:
            _cancel(futures)


@dataclass
class _Processes:
    """Processes of this machine, started afresh because a solver's threads do not survive a fork.

    A process that dies breaks its pool, and nobody knows whose fault it was. What was not yet
    answered is therefore done one task at a time, each in a pool of its own.
    """

    retries: int
    pool: ProcessPoolExecutor

    def each(
        self, function: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Generator[Answer | Lost, None, None]:
        """Yield the answers in order."""
        done, futures = 0, []
        try:
            futures += [self.pool.submit(function, task) for task in tasks]
            for future in futures:
                answer = future.result()
                done += 1
                yield answer
        except _FAILED:
            self.pool.shutdown(wait=False, cancel_futures=True)
            self.pool = _pool(_cores())
            for task in tasks[done:]:
                yield self._alone(function, task)
        finally:
            _cancel(futures)

    def _alone(self, function: Callable[[Task], Answer], task: Task) -> Answer | Lost:
        reason = ""
        for _ in range(1 + self.retries):
            try:
                with _pool(1) as pool:
                    return pool.submit(function, task).result()
            except _FAILED as error:
                reason = f"{type(error).__name__}: {error}"
        return Lost(f"its worker failed {1 + self.retries} times; {reason}")


def _pool(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))


def _cancel(futures: Sequence[Future[Any]]) -> None:
    for future in futures:
        future.cancel()


@dataclass
class _Dask:
    """The workers of a dask cluster, which gives the tasks of a dead worker to another.

    What waits on a worker that dies comes under the same suspicion as what killed it. A task that
    is given up is therefore done once more when no other is at work.
    """

    client: Any
    retries: int

    def each(
        self, function: Callable[[Task], Answer], tasks: Sequence[Task]
    ) -> Generator[Answer | Lost, None, None]:
        """Yield the answers in order."""
        distributed = import_module("distributed")
        futures = [
            self.client.submit(function, task, pure=False, retries=self.retries) for task in tasks
        ]
        try:
            for task, future in zip(tasks, futures, strict=True):
                try:
                    yield future.result()
                except distributed.KilledWorker:
                    distributed.wait(futures)
                    yield self._alone(function, task)
                except (OSError, MemoryError) as error:
                    yield Lost(f"{type(error).__name__}: {error}")
        finally:
            self.client.cancel(futures)

    def _alone(self, function: Callable[[Task], Answer], task: Task) -> Answer | Lost:
        killed = import_module("distributed").KilledWorker
        future = self.client.submit(function, task, pure=False)
        try:
            answer: Answer = future.result()
        except (killed, OSError, MemoryError) as error:
            return Lost(f"{type(error).__name__}: {error}")
        finally:
            future.cancel()
        return answer
