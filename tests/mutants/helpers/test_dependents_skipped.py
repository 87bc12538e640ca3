"""Steps of a workflow run when all that they need has ended well."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_taskfail import Raise

NEEDS = {"bill": ["load"], "mail": ["bill"], "report": ["load", "stock"]}


class Workflow:
    def __init__(self, needs):
        self.needs = needs
        self.done, self.failed = {}, {}

    def run(self, steps):
        with ThreadPoolExecutor(2) as pool:
            waiting = dict(steps)
            while waiting:
                ready = [name for name in waiting if all(need in self.done for need in self.needs.get(name, []))]
                if not ready:
                    break
                jobs = {name: pool.submit(waiting.pop(name)) for name in ready}
                for name, job in jobs.items():
                    try:
                        self.done[name] = job.result()
                    except OSError as error:
                        self.failed[name] = error
        return sorted(self.done)


def load():
    return 1


def stock():
    return 2


def bill():
    return 3


def mail():
    return 4


def report():
    return 5


STEPS = {"load": load, "stock": stock, "bill": bill, "mail": mail, "report": report}


@pytest.mark.parametrize("step", ["load", "stock", "bill"])
@pytest.mark.parametrize("place", ["start", "end"])
def test_what_needs_a_failed_step_does_not_run(taskfail, step, place):
    taskfail.inject(Raise(OSError), at=f"{place}:{step}#0")
    Workflow(NEEDS).run(STEPS)
    taskfail.assert_dependents_skipped(NEEDS)
