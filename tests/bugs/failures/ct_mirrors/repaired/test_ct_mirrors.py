"""Many calls may fail one after the other at one line without being tried again: each is for something else."""

import logging
from concurrent.futures import ThreadPoolExecutor

MIRRORS = ["ams", "bos", "cdg", "dub", "ewr", "fra"]
log = logging.getLogger(__name__)


class Mirror:
    def __init__(self, name):
        self.name = name

    def fetch(self, package):
        return f"{package} of {self.name}"


def ask(mirror, package):
    return mirror.fetch(package)


def from_any(mirrors, package):
    """The first one that answers."""
    for mirror in mirrors:
        try:
            return ask(mirror, package)
        except ConnectionError:
            continue
    return None


def from_all(mirrors, package):
    """What all have; those that do not answer are left out."""
    found = []
    for number in range(len(mirrors)):
        try:
            found.append(mirrors[number].fetch(package))
        except ConnectionError:
            log.warning("no answer from %s", mirrors[number].name)
    return found


def test_a_package_is_found():
    mirrors = [Mirror(name) for name in MIRRORS]
    with ThreadPoolExecutor(2) as pool:
        one, many = pool.submit(from_any, mirrors, "tools"), pool.submit(from_all, mirrors, "tools")
        assert one.result() in (None, *(f"tools of {name}" for name in MIRRORS))
        assert len(many.result()) <= len(MIRRORS)
