"""What could not be taken is not given back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


class Door:
    def __init__(self):
        self.open = 0

    def enter(self, guest):
        if guest is None:
            raise LookupError(guest)
        self.open += 1
        return guest

    def leave(self, guest):
        self.open -= 1


def visit(door, guest):
    name = door.enter(guest)
    try:
        return greet(name)
    finally:
        door.leave(name)


def visit_with_coat(door, guest):
    name = door.enter(guest)
    try:
        return greet(name)
    except LookupError:
        return None
    finally:
        door.leave(name)


async def ring(door, guest):
    await asyncio.sleep(0.1)
    return door.enter(guest)


async def visit_later(door, guest):
    name = await ring(door, guest)
    try:
        return greet(name)
    finally:
        door.leave(name)


def greet(guest):
    if not guest:
        raise LookupError(guest)
    return f"hello {guest}"


def visits(visit):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(visit, Door(), "ann").exception()


def test_a_visit():
    visits(visit)


def test_a_visit_with_a_coat():
    visits(visit_with_coat)


def test_a_later_visit():
    async def main():
        tasks = [asyncio.create_task(visit_later(Door(), guest)) for guest in ("ann", "bob")]
        await asyncio.wait(tasks)
        return [task.exception() for task in tasks]

    asyncio.run(main())
