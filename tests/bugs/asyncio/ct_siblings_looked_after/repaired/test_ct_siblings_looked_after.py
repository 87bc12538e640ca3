"""Tasks that go on although another one has failed, and are looked after all the same."""

import asyncio
import logging

log = logging.getLogger("tasks")


class Desk:
    """Counts who is at work, so that the test ends when all are done, and has touched nobody."""

    def __init__(self):
        self.busy = 0
        self.known = {}

    async def work(self, seconds):
        self.busy += 1
        try:
            await asyncio.sleep(seconds)
            await asyncio.sleep(seconds)
        finally:
            self.busy -= 1
        return seconds

    async def close(self):
        await asyncio.sleep(0.001)
        while self.busy:
            await asyncio.sleep(0.005)

    def shared(self, seconds):
        if seconds not in self.known:
            self.known[seconds] = asyncio.create_task(self.work(seconds))
        return self.known[seconds]

    async def registered(self, number):
        try:
            return await self.work(number / 100)
        finally:
            self.known.pop(number, None)


async def waited_for_later(desk):
    """Who fails is told of at once; the others are awaited after that."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2, 3)]
    try:
        return sum(await asyncio.gather(*tasks))
    finally:
        await asyncio.sleep(0.01)
        await asyncio.gather(*tasks, return_exceptions=True)


async def owner_cancels(desk):
    """The caller has made the tasks, and cancels and awaits them afterwards."""
    tasks = [asyncio.create_task(desk.work(0.01)), asyncio.create_task(desk.work(0.02))]
    try:
        return await one_by_one(tasks)
    finally:
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def one_by_one(tasks):
    try:
        return sum([await task for task in tasks])
    except Exception:
        await asyncio.sleep(0.01)
        return 1


async def looked_at_in_the_end(desk):
    """What there is by then is taken."""
    first, second = asyncio.create_task(desk.work(0.01)), asyncio.create_task(desk.work(0.02))
    try:
        return await first + await second
    finally:
        await asyncio.sleep(0.1)
        if second.done() and not second.cancelled() and second.exception() is None:
            log.info("%s", second.result())


async def shared(desk):
    """Who asks for the same gets the same task, also later."""
    try:
        return sum(await asyncio.gather(desk.shared(0.01), desk.shared(0.02)))
    finally:
        await asyncio.sleep(0.1)


async def registered(desk):
    """A task is in a register, and takes itself out of it when it ends."""
    for number in (1, 2):
        desk.known[number] = asyncio.create_task(desk.registered(number))
    try:
        return sum(await asyncio.gather(*desk.known.values()))
    finally:
        await asyncio.sleep(0.1)


async def taken_as_they_come(desk):
    """Who fails is passed over; all the others are taken."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2, 3)]
    total = 0
    for answer in asyncio.as_completed(tasks):
        try:
            total += await answer
        except Exception:
            await asyncio.sleep(0.001)
    return total


async def first_good_answer(desk):
    """Nobody wants the others once there is one, with a failure or without."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2, 3)]
    for answer in asyncio.as_completed(tasks):
        try:
            return await answer
        except Exception:
            log.info("the next one, please")
    return None


async def first_that_is_done(desk):
    """The others are not waited for, whatever has come of the first."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return sum(task.result() for task in done)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        raise
    except Exception:
        await asyncio.sleep(0.05)
        return 0


async def one_after_the_other(desk):
    """What has failed meanwhile is noticed late; the rest is waited for all the same."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2, 3)]
    await asyncio.sleep(0.015)
    total = 0
    for task in tasks:
        try:
            total += await task
        except Exception:
            await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            for other in tasks:
                other.cancel()
            raise
    return total


async def with_callback(desk):
    """Whose end is told by a callback is looked after."""
    ends = []
    first, second = asyncio.create_task(desk.work(0.01)), asyncio.create_task(desk.work(0.02))
    second.add_done_callback(ends.append)
    try:
        return await first + await second
    finally:
        await asyncio.sleep(0.1)


async def behind_a_shield(desk):
    """What must be finished is shielded: it goes on when the others fail, and when the one that waits is cancelled."""
    commit = asyncio.create_task(desk.work(0.02))
    try:
        other = asyncio.create_task(desk.work(0.01))
        return await other + await asyncio.shield(commit)
    finally:
        await asyncio.sleep(0.1)


async def refresh(desk):
    try:
        await desk.work(0.02)
    except Exception:
        log.exception("not refreshed")


async def in_the_background(desk):
    """Nobody ever waits for one of the two, so it has nothing to do with the failure of the other."""
    asyncio.create_task(refresh(desk))
    wanted = asyncio.create_task(desk.work(0.01))
    try:
        return await wanted
    finally:
        await asyncio.sleep(0.1)


async def handed_out(desk):
    """The caller gets the tasks, whatever has become of the first."""

    async def start():
        tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2)]
        try:
            await tasks[0]
            await tasks[1]
        except Exception:
            await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            tasks[1].cancel()
            await asyncio.wait(tasks)
            raise
        return tasks

    started = asyncio.create_task(start())
    try:
        for task in await started:
            await asyncio.wait([task])
    except asyncio.CancelledError:
        await asyncio.wait([started])
        raise
    return 1


async def hedged(desk):
    """The second is asked because the first takes long; who wins is told at once, and the loser may finish: it is waited for."""
    tasks = [asyncio.create_task(desk.work(number / 100)) for number in (1, 2)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        await asyncio.sleep(0.1)
        await asyncio.wait(tasks)


async def shown(question):
    """Nobody fails because of another one."""
    desk = Desk()
    answers = await asyncio.gather(question(desk), return_exceptions=True)
    await desk.close()
    return answers[0]


def test_waited_for_later():
    assert asyncio.run(shown(waited_for_later))


def test_owner_cancels():
    assert asyncio.run(shown(owner_cancels))


def test_looked_at_in_the_end():
    assert asyncio.run(shown(looked_at_in_the_end))


def test_shared():
    assert asyncio.run(shown(shared))


def test_registered():
    assert asyncio.run(shown(registered))


def test_with_callback():
    assert asyncio.run(shown(with_callback))


def test_behind_a_shield():
    assert asyncio.run(shown(behind_a_shield))


def test_in_the_background():
    assert asyncio.run(shown(in_the_background))


def test_handed_out():
    assert asyncio.run(shown(handed_out))


def test_hedged():
    assert asyncio.run(shown(hedged))


def test_taken_as_they_come():
    assert asyncio.run(shown(taken_as_they_come))


def test_first_good_answer():
    assert asyncio.run(shown(first_good_answer))


def test_first_that_is_done():
    assert asyncio.run(shown(first_that_is_done))


def test_one_after_the_other():
    assert asyncio.run(shown(one_after_the_other))
