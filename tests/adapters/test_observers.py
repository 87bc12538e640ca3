"""Libraries that retry, break circuits and deliver events, observed: the helpers pass correct use of them and fail mutants."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_taskfail import CheckFailed, PlanError, Raise, TaskFail


def send(order: int) -> str:
    return f"sent {order}"


def in_a_task(function: Any, *args: Any) -> Any:
    """The exception or result of a function that runs in a pool."""
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(function, *args)
        return job.exception() or job.result()


# -- tenacity ----------------------------------------------------------------------------------------------------------


def retrying(attempts: int = 3, most: float = 8, **how: Any) -> Any:
    tenacity = pytest.importorskip("tenacity")
    retry = tenacity.retry(
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential(max=most),
        retry=tenacity.retry_if_exception_type(ConnectionError),
        **how,
    )

    @retry  # type: ignore[untyped-decorator]
    def deliver(order: int) -> str:
        return send(order)

    return deliver


def test_tenacity_is_observed_without_a_record(taskfail: TaskFail) -> None:
    told: list[int] = []
    deliver = retrying(attempts=4, before_sleep=lambda state: told.append(state.attempt_number))
    before = deliver.retry.before_sleep
    assert taskfail.observe(deliver) is deliver
    taskfail.inject(Raise(ConnectionError), at="call:send")
    taskfail.inject(Raise(ConnectionError), at="call:send#1")
    assert in_a_task(deliver, 7) == "sent 7"
    taskfail.assert_retried("deliver", attempts=3, waits=[1, 2], on=ConnectionError)
    assert told == [1, 2]
    assert deliver.retry.before_sleep is not before


@pytest.mark.parametrize(
    ("how", "asked", "said"),
    [
        ({"most": 1}, {"waits": [1, 2]}, "deliver#0  waited 1 s before retry 2, not 2 s"),
        ({}, {"attempts": 2}, "deliver#0  3 attempts, not 2: ConnectionError, ConnectionError"),
        ({}, {"on": TimeoutError}, "deliver#0  tried again after ConnectionError"),
    ],
)
def test_wrong_retries_of_tenacity_are_found(taskfail: TaskFail, how: Any, asked: Any, said: str) -> None:
    deliver = taskfail.observe(retrying(**how))
    for hit in ("call:send", "call:send#1"):
        taskfail.inject(Raise(ConnectionError), at=hit)
    in_a_task(deliver, 7)
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_retried("deliver", **asked)
    assert said in str(caught.value)


def test_what_tenacity_is_told_is_put_back(taskfail: TaskFail) -> None:
    deliver = retrying()
    before = deliver.retry.before_sleep
    with taskfail.experiment():
        taskfail.observe(deliver)
        assert deliver.retry.before_sleep is not before
    assert deliver.retry.before_sleep is before


def test_the_last_error_is_kept_by_tenacity(taskfail: TaskFail) -> None:
    recorded = taskfail.record(send, key="order")
    tenacity = pytest.importorskip("tenacity")
    again = tenacity.Retrying(stop=tenacity.stop_after_attempt(2), wait=tenacity.wait_fixed(5))
    taskfail.inject(Raise(ConnectionError, always=True), at="call:send")
    error = in_a_task(again, recorded, 7)
    assert isinstance(error, tenacity.RetryError)
    taskfail.assert_retried("send", attempts=2, waits=[5], raised=error)


def test_asynchronous_tenacity_waits_for_an_asynchronous_callback(taskfail: TaskFail) -> None:
    tenacity = pytest.importorskip("tenacity")
    told: list[int] = []

    async def tell(state: Any) -> None:
        await asyncio.sleep(0)
        told.append(state.attempt_number)

    tries = iter([ConnectionError, None])

    @tenacity.retry(wait=tenacity.wait_fixed(3), before_sleep=tell)  # type: ignore[untyped-decorator]
    async def ask() -> str:
        error = next(tries)
        if error is not None:
            raise error
        return "answer"

    taskfail.observe(ask)
    assert asyncio.run(ask()) == "answer"
    assert told == [1]
    taskfail.assert_retried("ask", attempts=2, waits=[3])


# -- stamina -----------------------------------------------------------------------------------------------------------


def stamina_delivers(attempts: int, wait: float) -> Any:
    stamina = pytest.importorskip("stamina")

    @stamina.retry(on=ConnectionError, attempts=attempts, wait_initial=wait, wait_jitter=0)  # type: ignore[untyped-decorator]
    def deliver(order: int) -> str:
        return send(order)

    return deliver


def test_stamina_is_observed(taskfail: TaskFail) -> None:
    stamina = pytest.importorskip("stamina")
    before = stamina.instrumentation.get_on_retry_hooks()
    with taskfail.experiment("raise ConnectionError @ call:send + raise ConnectionError @ call:send#1"):
        taskfail.observe(stamina)
        assert in_a_task(stamina_delivers(3, 0.5), 7) == "sent 7"
        taskfail.assert_retried("deliver", attempts=3, waits=lambda number: 0.5 * 2 ** (number - 1), on="ConnectionError")
        with pytest.raises(CheckFailed, match=r"waited 0.5 s before retry 1, not 2 s"):
            taskfail.assert_retried("deliver", waits=[2, 4])
    assert stamina.instrumentation.get_on_retry_hooks() == before


# -- pybreaker ---------------------------------------------------------------------------------------------------------


def guarded(breaker: Any, send: Any, times: int) -> None:
    pybreaker = pytest.importorskip("pybreaker")
    for number in range(times):
        try:
            breaker.call(send, number)
        except (ConnectionError, pybreaker.CircuitBreakerError):
            pass
        threading.Event().wait(20)  # seconds of virtual time


def test_a_breaker_opens_lets_one_through_and_closes(taskfail: TaskFail) -> None:
    pybreaker = pytest.importorskip("pybreaker")
    breaker = taskfail.observe(pybreaker.CircuitBreaker(fail_max=2, reset_timeout=30, name="gateway"))
    for hit in ("call:send", "call:send#1"):
        taskfail.inject(Raise(ConnectionError), at=hit)
    in_a_task(guarded, breaker, taskfail.record(send), 5)
    taskfail.assert_breaker(["closed", "open", "half-open", "closed"], name="gateway")
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_breaker(["closed", "open", "closed"])
    first, second = str(caught.value).splitlines()
    assert first == "taskfail: the breaker went closed > open > half-open > closed"
    assert second.startswith("  gateway  became half-open after 60 s, not closed at tests/adapters/test_observers.py:")


def test_a_breaker_that_never_opens_is_found(taskfail: TaskFail) -> None:
    pybreaker = pytest.importorskip("pybreaker")
    breaker = taskfail.observe(pybreaker.CircuitBreaker(fail_max=20))
    taskfail.inject(Raise(ConnectionError, always=True), at="call:send")
    in_a_task(guarded, breaker, taskfail.record(send), 3)
    with pytest.raises(CheckFailed, match="breaker  stayed closed after 0 s, did not become open"):
        taskfail.assert_breaker(["closed", "open"])


@pytest.mark.parametrize("excluded", [True, False])
def test_a_cancellation_that_a_breaker_counts_is_found(taskfail: TaskFail, excluded: bool) -> None:
    pybreaker = pytest.importorskip("pybreaker")
    exclude = [asyncio.CancelledError] if excluded else []
    breaker = taskfail.observe(pybreaker.CircuitBreaker(fail_max=5, exclude=exclude))

    def cancelled() -> None:
        raise asyncio.CancelledError

    async def ask() -> None:
        with breaker.calling():
            cancelled()

    async def main() -> None:
        await asyncio.wait([asyncio.create_task(ask())])

    asyncio.run(main())
    if excluded:
        taskfail.assert_breaker(["closed"])
        return
    with pytest.raises(CheckFailed, match="breaker  counted the cancellation of ask#0 as a failure"):
        taskfail.assert_breaker(["closed"])


def test_without_a_breaker_nothing_is_proven(taskfail: TaskFail) -> None:
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_breaker(["closed"], name="gateway")
    assert str(caught.value) == "taskfail: no state of 'gateway' was seen; breakers that were observed: none"
    taskfail.note("breaker", "gateway", "closed")
    taskfail.note("breaker", "bank", "closed")
    with pytest.raises(CheckFailed, match="there are several breakers, say which by name=: gateway, bank"):
        taskfail.assert_breaker(["closed"])
    with pytest.raises(CheckFailed, match="was given no states"):
        taskfail.assert_breaker([], name="bank")
    taskfail.assert_breaker(["closed"], name="bank")


# -- pyee and blinker --------------------------------------------------------------------------------------------------


def book(order: int, **more: Any) -> None:
    pass


def mail(order: int, **more: Any) -> None:
    send(order)


def emitters(kind: str) -> tuple[Any, Any, Any]:
    """An emitter that nobody listens to, what adds a listener, and what sends `paid`."""
    if kind == "pyee":
        emitter = pytest.importorskip("pyee").EventEmitter()
        return emitter, lambda function: emitter.on("paid", function), lambda order: emitter.emit("paid", order)
    signal = pytest.importorskip("blinker").Signal()
    return signal, signal.connect, lambda order: signal.send(order)


@pytest.mark.parametrize("kind", ["pyee", "blinker"])
def test_each_listener_gets_each_event_once(taskfail: TaskFail, kind: str) -> None:
    emitter, listen, emit = emitters(kind)
    taskfail.observe(emitter, "" if kind == "pyee" else "paid")
    listen(book)
    listen(mail)
    emit(1)
    emit(2)
    taskfail.assert_delivered("paid", to=["book", "mail"], exactly=1)
    taskfail.assert_delivered("paid")
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_delivered("paid", to="log", at_least=1)
    assert str(caught.value) == (
        "taskfail: the event 'paid' was not delivered as often as promised\n"
        "  log  0 deliveries of 2 events paid, at least 2 promised"
    )
    with pytest.raises(CheckFailed) as caught:
        taskfail.assert_delivered("refunded")
    assert str(caught.value) == "taskfail: no event 'refunded' was sent; events that were: paid"


@pytest.mark.parametrize("kind", ["pyee", "blinker"])
def test_a_listener_that_raises_and_keeps_others_from_the_event_is_found(taskfail: TaskFail, kind: str) -> None:
    emitter, listen, emit = emitters(kind)
    taskfail.observe(emitter, "" if kind == "pyee" else "paid")

    def first(order: int) -> None:
        raise OSError

    def second(order: int) -> None:
        raise OSError

    for one in (first, second):  # the receivers of a signal have no order
        listen(one)
    with pytest.raises(OSError):
        emit(1)
    with pytest.raises(CheckFailed, match=r"  (first|second)  0 deliveries of 1 event paid, 1 promised"):
        taskfail.assert_delivered("paid", to=["first", "second"])


def test_an_event_that_is_doubled_is_found(taskfail: TaskFail) -> None:
    emitter, listen, emit = emitters("pyee")
    taskfail.observe(emitter)
    listen(book)
    taskfail.assert_no_deadlock()
    emit(1)
    emitter.listeners("paid")[0](1)
    taskfail.assert_delivered("paid", to="book", at_least=1)
    with pytest.raises(CheckFailed, match="book  2 deliveries of 1 event paid, at most 1 promised"):
        taskfail.assert_delivered("paid", to="book", at_most=1)


def test_listeners_of_pyee_come_once_and_go(taskfail: TaskFail) -> None:
    emitter = pytest.importorskip("pyee").EventEmitter()
    taskfail.observe(emitter)
    got: list[int] = []
    emitter.once("paid", got.append)
    emitter.on("paid")(book)
    emitter.emit("paid", 1)
    assert emitter.listeners("paid") == [book]
    emitter.remove_listener("paid", book)
    emitter.emit("paid", 2)
    assert got == [1]
    assert not emitter.listeners("paid")
    taskfail.assert_delivered("paid", to="append", at_most=1)


def test_an_emitter_that_has_listeners_is_refused_in_words(taskfail: TaskFail) -> None:
    emitter = pytest.importorskip("pyee").EventEmitter()
    emitter.on("paid", book)
    with pytest.raises(PlanError) as caught:
        taskfail.observe(emitter)
    assert str(caught.value) == ("taskfail.observe: the emitter has listeners already, of paid; observe it before they are added")


def test_methods_are_put_back(taskfail: TaskFail) -> None:
    signal = pytest.importorskip("blinker").Signal()
    with taskfail.experiment():
        taskfail.observe(signal)
        assert "send" in vars(signal)
    assert not {"send", "send_async", "receivers_for"} & vars(signal).keys()


def test_what_is_not_known_is_refused_in_words(taskfail: TaskFail) -> None:
    with pytest.raises(PlanError) as caught:
        taskfail.observe(42)
    assert str(caught.value) == (
        "taskfail.observe: nothing is known of a int; give a function that tenacity retries, the module stamina, a breaker of "
        "pybreaker, an emitter of pyee or a signal of blinker, and for anything else use taskfail.note"
    )
    with pytest.raises(PlanError) as caught:
        taskfail.note("brekaer", "gateway", "open")
    assert str(caught.value) == (
        "taskfail.note: there is no kind 'brekaer'; the kinds are attempt, effect, failure, retry, breaker, breaker-failure, "
        "emit, deliver"
    )
