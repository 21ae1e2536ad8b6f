import pytest

from evoke.platform.generation.breaker import Breaker, Open


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(failures=3, pause_seconds=30, now=time)


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.fail(breaker.admit())


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeed(breaker.admit())
    fail(breaker, 2)
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "open"
    with pytest.raises(Open) as raised:
        breaker.admit()
    assert raised.value.retry_after == 30


def test_after_the_pause_one_call_tries(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 30
    assert breaker.state == "half_open"
    probe = breaker.admit()
    with pytest.raises(Open):
        breaker.admit()
    breaker.succeed(probe)
    assert breaker.state == "closed"
    fail(breaker, 2)
    assert breaker.state == "closed", "the count begins anew"


def test_a_probe_that_fails_opens_it_again(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 30
    fail(breaker)
    assert breaker.state == "open"
    assert breaker.retry_after == 30


def test_a_probe_that_is_dropped_leaves_the_try_to_another(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 30
    breaker.drop(breaker.admit())
    assert breaker.state == "half_open"
    breaker.succeed(breaker.admit())
    assert breaker.state == "closed"


def test_what_comes_late_does_not_count(breaker: Breaker, time: Time) -> None:
    slow = [breaker.admit() for _ in range(3)]
    fail(breaker, 3)
    time.now = 30
    breaker.succeed(breaker.admit())
    for ticket in slow:
        breaker.fail(ticket)
    assert breaker.state == "closed"
    assert breaker.failed == 0
    fail(breaker, 3)
    breaker.succeed(slow[0])
    assert breaker.state == "open"


def test_a_dropped_call_is_neither(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.drop(breaker.admit())
    assert (breaker.state, breaker.failed) == ("closed", 2)


def test_the_service_may_ask_for_a_longer_pause(breaker: Breaker, time: Time) -> None:
    breaker.hold(100)
    time.now = 99
    assert breaker.state == "open"
    breaker.hold(0.5)
    assert breaker.retry_after == 1, "a shorter one changes nothing"
    time.now = 100
    breaker.succeed(breaker.admit())
    assert breaker.state == "closed"


def test_a_check_takes_nothing(breaker: Breaker, time: Time) -> None:
    fail(breaker, 3)
    time.now = 30
    breaker.check()
    breaker.check()
    breaker.admit()
    with pytest.raises(Open):
        breaker.check()
