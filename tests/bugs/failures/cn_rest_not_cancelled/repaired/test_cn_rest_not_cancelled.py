"""A book is scanned page by page on a pool; the first bad page stops the rest, because paper is expensive."""

import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

import pytest

WORKERS = 2


class Ocr:
    def read(self, page):
        return f"text of page {page}"


class Scanner:
    def __init__(self, ocr):
        self.ocr = ocr
        self.log = []  # pages begun, and "stopped"

    def scan(self, page):
        self.log.append(page)
        time.sleep(0.003)
        return self.ocr.read(page)

    def scan_all(self, pages):
        with ThreadPoolExecutor(WORKERS, thread_name_prefix="scan") as pool:
            futures = [pool.submit(self.scan, page) for page in pages]
            done, pending = wait(futures, return_when=FIRST_EXCEPTION)
            if pending:
                for future in pending:
                    future.cancel()
                self.log.append("stopped")
            return [future.result() for future in futures if future in done]


@pytest.mark.taskfail
def test_scanning_stops_at_the_first_bad_page():
    scanner = Scanner(Ocr())
    try:
        assert len(scanner.scan_all(range(8))) == 8
    finally:
        if "stopped" in scanner.log:
            late = scanner.log[scanner.log.index("stopped") + 1 :]
            assert len(late) <= WORKERS, late
