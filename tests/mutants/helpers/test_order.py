"""A journey is booked in steps; when one fails those before it are undone in reverse, and the outcome is told last."""

from concurrent.futures import ThreadPoolExecutor

from pytest_taskfail import Raise


def flight():
    return "LH 1"


def hotel():
    return "room 7"


def car():
    return "blue one"


def undo_flight():
    return None


def undo_hotel():
    return None


def tell(text):
    return text


def book(steps, tell):
    undone = []
    try:
        for step, undo in steps:
            step()
            undone.append(undo)
    except OSError:
        for undo in reversed(undone):
            undo()
        tell("failed")
        raise
    tell("booked")


def book_all(steps, tell):
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(book, steps, tell)
    return job.exception()


def recorded(taskfail):
    steps = [(flight, undo_flight), (hotel, undo_hotel), (car, print)]
    return [(taskfail.record(step), taskfail.record(undo)) for step, undo in steps]


def test_steps_are_undone_in_reverse(taskfail):
    taskfail.inject(Raise(OSError), at="call:car")
    book_all(recorded(taskfail), taskfail.record(tell))
    taskfail.assert_order(
        ["effect:flight", "effect:hotel", "effect:undo_hotel", "effect:undo_flight", "effect:tell", "failed:book#0"]
    )


def test_all_is_booked_and_told(taskfail):
    book_all(recorded(taskfail), taskfail.record(tell))
    taskfail.assert_order(["effect:flight", "effect:hotel", "effect:car", "effect:tell", "end:book#0"])
