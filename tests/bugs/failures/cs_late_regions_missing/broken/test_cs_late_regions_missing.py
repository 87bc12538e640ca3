"""Election night: the regions are counted in parallel; what is known at the deadline is announced."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

log = logging.getLogger("election")


class Region:
    def __init__(self, name, votes):
        self.name, self.votes = name, votes

    def count(self):
        time.sleep(0.002)
        return self.votes


def announce(regions, deadline=2.0):
    with ThreadPoolExecutor(2, thread_name_prefix="count") as pool:
        futures = [pool.submit(region.count) for region in regions]
        done, late = wait(futures, timeout=deadline)
        log.info("%d regions counted, %d late", len(done), len(late))
        votes = sum(future.result() for future in done)
    return {"votes": votes, "final": True}


@pytest.mark.taskfail
def test_a_final_result_contains_every_vote():
    result = announce([Region("north", 120), Region("south", 310), Region("east", 77)])
    if result["final"]:
        assert result["votes"] == 507
