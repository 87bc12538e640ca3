"""Pages are spooled by two threads; the module knows what is open."""

from concurrent.futures import ThreadPoolExecutor

import spool


class Press:
    """Stands in for the printing press."""

    def print_page(self, name):
        pass


def test_pages_are_spooled(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(spool.write, tmp_path, name, Press()) for name in ("a", "b")]
        for job in jobs:
            job.result()
    spool.close_all()
    assert len(list(tmp_path.iterdir())) == 2
