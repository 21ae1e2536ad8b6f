import asyncio
import contextvars
import uuid

import pytest
from sqlalchemy import text

from evoke.domains.accounts import service
from evoke.domains.accounts.service import owner_keys
from evoke.platform.crypto.errors import WrongKey
from evoke.platform.crypto.keys import Keyring, MasterKey
from evoke.platform.postgres.engine import Database
from tests.accounts.conftest import SignUp


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(MasterKey.generate())


async def owners(sign_up: SignUp, count: int) -> list[uuid.UUID]:
    return [(await sign_up(f"user{number}@example.org")).user.id for number in range(count)]


async def test_a_key_is_made_once_whoever_asks_first(database: Database, keyring: Keyring, sign_up: SignUp) -> None:
    one, two = await owners(sign_up, 2)
    processes = [service.OwnerKeys(database, keyring) for _ in range(5)]
    keys = await asyncio.gather(*(each.get(one) for each in processes))
    assert len(set(keys)) == 1
    assert await processes[0].get(two) not in keys
    async with database.read() as session:
        stored = (await session.execute(text("SELECT wrapped_key FROM owner_keys"))).scalars().all()
    assert len(stored) == 2
    assert all(keys[0].reveal() not in wrapped for wrapped in stored)


async def test_a_key_in_memory_costs_no_question_until_it_is_forgotten(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    (owner_id,) = await owners(sign_up, 1)
    known = service.OwnerKeys(database, keyring)
    key = await known.get(owner_id)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM owner_keys"))
    assert await known.get(owner_id) == key
    known.forget(owner_id)
    assert await known.get(owner_id) != key


async def test_a_key_needs_an_account_and_no_open_transaction(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    (owner_id,) = await owners(sign_up, 1)
    known = service.OwnerKeys(database, keyring)
    async with database.write() as session:
        await session.connection()
        with pytest.raises(RuntimeError, match="transaction is open"):
            await known.get(owner_id)


async def test_a_key_given_to_another_owner_does_not_open(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    one, two = await owners(sign_up, 2)
    known = service.OwnerKeys(database, keyring)
    await known.get(one)
    await known.get(two)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE owner_keys SET wrapped_key = (SELECT wrapped_key FROM owner_keys WHERE owner_id = :one)"),
            {"one": one},
        )
    fresh = service.OwnerKeys(database, keyring)
    await fresh.get(one)
    with pytest.raises(WrongKey):
        await fresh.get(two)
    async with database.read() as session:
        report = await owner_keys.check(session, keyring)
    assert report == owner_keys.Report(total=2, current=1, previous=0, unreadable=(two,))


async def test_a_new_master_key_takes_over_all_keys(database: Database, keyring: Keyring, sign_up: SignUp) -> None:
    ids = await owners(sign_up, 3)
    known = service.OwnerKeys(database, keyring)
    before = [await known.get(owner_id) for owner_id in ids]
    after = Keyring(MasterKey.generate(), previous=[keyring.current])
    async with database.read() as session:
        assert (await owner_keys.check(session, after)).previous == 3
    async with database.transaction() as session:
        assert await owner_keys.rotate_master(session, after) == 3
    async with database.transaction() as session:
        assert await owner_keys.rotate_master(session, after) == 0
    alone = Keyring(after.current)
    fresh = service.OwnerKeys(database, alone)
    assert [await fresh.get(owner_id) for owner_id in ids] == before
    async with database.read() as session:
        assert await owner_keys.check(session, alone) == owner_keys.Report(
            total=3, current=3, previous=0, unreadable=()
        )
        assert len((await owner_keys.check(session, keyring)).unreadable) == 3


async def test_a_rotation_that_cannot_open_one_key_changes_none(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    ids = await owners(sign_up, 2)
    await service.OwnerKeys(database, keyring).get(ids[0])
    await service.OwnerKeys(database, Keyring(MasterKey.generate())).get(ids[1])
    after = Keyring(MasterKey.generate(), previous=[keyring.current])
    with pytest.raises(WrongKey):
        async with database.transaction() as session:
            await owner_keys.rotate_master(session, after)
    async with database.read() as session:
        assert (await owner_keys.check(session, keyring)).current == 1


async def test_a_process_that_runs_through_a_rotation_reads_the_master_keys_again(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    early, late = await owners(sign_up, 2)
    in_force = [keyring]
    known = service.OwnerKeys(database, keyring, reload=lambda: in_force[0])
    key = await known.get(early)
    after = Keyring(MasterKey.generate(), previous=[keyring.current])
    async with database.transaction() as session:
        await owner_keys.rotate_master(session, after)
    in_force[0] = Keyring(after.current)
    known.forget(early)
    assert await known.get(early) == key
    await known.get(late)
    async with database.read() as session:
        assert (await owner_keys.check(session, in_force[0])).current == 2


async def test_a_key_is_not_made_in_the_middle_of_a_rotation(
    database: Database, keyring: Keyring, sign_up: SignUp
) -> None:
    early, late = await owners(sign_up, 2)
    in_force = [keyring]
    known = service.OwnerKeys(database, keyring, reload=lambda: in_force[0])
    await known.get(early)
    after = Keyring(MasterKey.generate(), previous=[keyring.current])
    async with database.write() as session:
        assert await owner_keys.rotate_master(session, after) == 1
        context = contextvars.Context()  # a request of its own, which does not know of this transaction
        asked = asyncio.get_running_loop().create_task(known.get(late), context=context)
        async with database.read() as watching:
            while not await watching.scalar(
                text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'owner_keys'::regclass")
            ):
                await asyncio.sleep(0.01)
        in_force[0] = Keyring(after.current)
        await session.commit()
    await asked
    async with database.read() as session:
        assert (await owner_keys.check(session, in_force[0])).current == 2
