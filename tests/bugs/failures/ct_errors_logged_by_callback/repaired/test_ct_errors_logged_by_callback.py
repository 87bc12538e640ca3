"""Clicks are tracked in the background; nobody keeps the futures, a callback logs what went wrong."""

import logging
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("clicks")


class Ads:
    def __init__(self):
        self.clicks = []

    def track(self, banner):
        self.clicks.append(banner)


def log_failure(future):
    if not future.cancelled() and future.exception() is not None:
        log.warning("a click was not tracked", exc_info=future.exception())


class Page:
    def __init__(self, ads, pool):
        self.ads, self.pool = ads, pool

    def _track(self, banner):
        self.ads.track(banner)

    def click(self, banner):
        self.pool.submit(self._track, banner).add_done_callback(log_failure)
        return "302 Found"


def test_every_click_is_answered_and_tracked():
    ads = Ads()
    with ThreadPoolExecutor(2, thread_name_prefix="ads") as pool:
        page = Page(ads, pool)
        assert [page.click(banner) for banner in ("shoes", "cars", "shoes")] == ["302 Found"] * 3
    assert sorted(ads.clicks) == ["cars", "shoes", "shoes"]
