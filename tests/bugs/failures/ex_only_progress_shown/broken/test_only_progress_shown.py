"""Files are copied in a pool, with a progress bar."""

from concurrent.futures import ThreadPoolExecutor, as_completed


class Disk:
    def __init__(self):
        self.files = []

    def copy(self, name):
        self.files.append(name)


def copy_all(disk, names, show):
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(disk.copy, name) for name in names]
        for number, job in enumerate(as_completed(jobs), 1):
            show(f"{number} of {len(jobs)}")


def test_all_files_are_copied():
    disk, shown = Disk(), []
    copy_all(disk, ["a", "b"], shown.append)
    assert sorted(disk.files) == ["a", "b"]
    assert shown[-1] == "2 of 2"
