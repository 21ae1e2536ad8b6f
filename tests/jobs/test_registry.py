"""Tasks and how they are called."""

from typing import Any

import pytest

from evoke.domains.jobs import JobContext, Registry, Task


async def nothing(context: JobContext) -> None: ...


def test_a_kind_is_registered_once() -> None:
    task = Task(kind="test.any", handler=nothing)
    registry = Registry([task])
    assert registry.find("test.any") is task
    assert registry.find("test.other") is None
    with pytest.raises(ValueError, match=r"two tasks are called test\.any"):
        registry.register(task)


def test_queues_and_schedules() -> None:
    hourly = Task(kind="test.hourly", handler=nothing, queue="maintenance", schedule="0 * * * *")
    registry = Registry([Task(kind="test.any", handler=nothing), hourly])
    assert registry.queues == {"test", "maintenance"}
    assert registry.schedules == {"test.hourly": "0 * * * *"}


def test_a_handler_names_its_arguments() -> None:
    async def anything(context: JobContext, **arguments: Any) -> None: ...

    with pytest.raises(TypeError, match=r"test\.any"):
        Task(kind="test.any", handler=anything)
