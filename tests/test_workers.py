"""Tasks given to threads, processes and dask: order, errors, and workers that die."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import carbonpeak as cp
from carbonpeak.workers import SCHEDULERS, Lost, crew


def doubled(number: int) -> int:
    return 2 * number


def refuses(number: int) -> int:
    if number == 2:
        raise cp.CarbonPeakError("two is refused")
    return number


def dies(number: int) -> int:
    if number == 2:
        os._exit(1)
    return number


def dies_once(task: tuple[int, str]) -> int:
    number, folder = task
    marker = Path(folder) / "died"
    if number == 2 and not marker.exists():
        marker.touch()
        os._exit(1)
    return number


def schedulers() -> list[str]:
    return [name for name in SCHEDULERS if name != "dask"]


@pytest.mark.parametrize("scheduler", schedulers())
def test_answers_come_in_the_order_of_the_tasks(scheduler: str) -> None:
    with crew(scheduler) as workers:
        assert list(workers.each(doubled, [3, 1, 2])) == [6, 2, 4]
        assert list(workers.each(doubled, [])) == []


@pytest.mark.parametrize("scheduler", schedulers())
def test_an_error_of_the_function_is_raised(scheduler: str) -> None:
    with crew(scheduler) as workers, pytest.raises(cp.CarbonPeakError, match="two is refused"):
        list(workers.each(refuses, [1, 2, 3]))


def test_a_task_that_kills_its_workers_is_lost_and_the_others_are_answered() -> None:
    with crew("processes", retries=1) as workers:
        first, second, third = workers.each(dies, [1, 2, 3])
    assert (first, third) == (1, 3)
    assert isinstance(second, Lost)
    assert "failed 2 times" in second.reason


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    with crew("processes") as workers:
        tasks = [(number, str(tmp_path)) for number in (1, 2, 3)]
        assert list(workers.each(dies_once, tasks)) == [1, 2, 3]
    assert (tmp_path / "died").exists()


def test_an_unknown_scheduler_is_refused() -> None:
    with (
        pytest.raises(cp.CarbonPeakError, match="unknown scheduler 'thread'; did you mean 'thre"),
        crew("thread"),
    ):
        pass


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carbonpeak.workers.find_spec", lambda _: None)
    with pytest.raises(cp.CarbonPeakError, match=r"carbonpeak\[dask\]"), crew("dask"):
        pass


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("count", [1, 2])
def test_a_dask_client_answers_in_order_and_outlives_a_killed_worker(count: int) -> None:
    """With one worker, what waits behind the killer is under suspicion with it."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=count, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        with crew(client, retries=1) as workers:
            assert list(workers.each(doubled, [3, 1, 2])) == [6, 2, 4]
            first, second, third = workers.each(dies, [1, 2, 3])
        assert (first, third) == (1, 3)
        assert isinstance(second, Lost)
        assert "KilledWorker" in second.reason
        assert client.submit(doubled, 4).result() == 8, "a client that was given stays open"
