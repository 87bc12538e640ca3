"""Two tasks take turns by a lock file."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def stamp(page: int) -> int:
    return page


def stamp_alone(page: int, lock: str) -> int:
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.01)
    try:
        return stamp(page)
    finally:
        os.unlink(lock)


def stamp_all(count: int, lock: str) -> list[int]:
    with ThreadPoolExecutor(2) as pool:
        pages = [pool.submit(stamp_alone, page, lock) for page in range(count)]
        return [page.result() for page in pages]


def test_all_are_stamped(tmp_path: Path) -> None:
    assert stamp_all(2, str(tmp_path / "lock")) == [0, 1]
