"""Weather stations are read in parallel; the bulletin shows their mean temperature."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed


class Station:
    READINGS = {"harbour": 12.5, "summit": -3.5, "forest": 9.0}

    def read(self, site):
        return self.READINGS[site]


class Bulletin:
    def __init__(self, station):
        self.station = station

    @retry(retry=retry_if_exception_type(OSError), stop=stop_after_attempt(3), wait=wait_fixed(0.002), reraise=True)
    def temperature(self, site):
        return self.station.read(site)

    def mean(self, sites):
        with ThreadPoolExecutor(2, thread_name_prefix="station") as pool:
            values = list(pool.map(self.temperature, sites))
        return sum(values) / len(values)


@pytest.mark.taskfail
def test_the_mean_is_that_of_the_readings():
    assert Bulletin(Station()).mean(["harbour", "summit", "forest"]) == pytest.approx(6.0)
