import asyncio

import pytest

from evoke.platform.generation.bulkhead import Bulkhead, Full


async def hold(bulkhead: Bulkhead, door: asyncio.Event, order: list[int], number: int) -> None:
    async with bulkhead.place():
        order.append(number)
        await door.wait()


async def test_those_beyond_wait_in_line() -> None:
    bulkhead, door, order = Bulkhead(2, waiting=2), asyncio.Event(), list[int]()
    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(hold(bulkhead, door, order, number))
        while bulkhead.waiting < 2:
            await asyncio.sleep(0)
        assert (bulkhead.in_flight, order) == (2, [0, 1])
        with pytest.raises(Full):
            await hold(bulkhead, door, order, 4)
        door.set()
    assert order == [0, 1, 2, 3]
    assert (bulkhead.in_flight, bulkhead.waiting) == (0, 0)


async def test_nobody_waits_for_ever() -> None:
    bulkhead = Bulkhead(1, patience_seconds=0.01)
    async with bulkhead.place():
        with pytest.raises(Full):
            async with bulkhead.place():
                raise AssertionError
    async with bulkhead.place():
        assert bulkhead.in_flight == 1


async def test_a_deadline_of_the_caller_is_not_mistaken_for_ours() -> None:
    bulkhead = Bulkhead(1, patience_seconds=60)
    async with bulkhead.place():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), bulkhead.place():
                raise AssertionError
    assert bulkhead.waiting == 0


async def test_who_leaves_the_line_gives_up_the_place() -> None:
    bulkhead, door, order = Bulkhead(1), asyncio.Event(), list[int]()
    first = asyncio.create_task(hold(bulkhead, door, order, 0))
    second = asyncio.create_task(hold(bulkhead, door, order, 1))
    while bulkhead.waiting < 1:
        await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    door.set()
    await first
    async with bulkhead.place():
        assert (bulkhead.in_flight, bulkhead.waiting, order) == (1, 0, [0])
