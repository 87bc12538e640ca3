"""Pages are rendered in a pool, from a cache where possible."""

import threading
from concurrent.futures import ThreadPoolExecutor


class Site:
    def __init__(self, pool):
        self._pool = pool
        self._mu = threading.Lock()
        self._cache = {"home": "<home>"}

    def edit(self, name):
        with self._mu:
            self._cache.pop(name, None)

    def load(self, name):
        return f"<{name}>"

    def render(self, name):
        with self._mu:
            page = self._cache.get(name)
        if page is None:
            page = self.load(name)
        return page


def test_page_cache_pool():
    with ThreadPoolExecutor(max_workers=1) as pool:
        site = Site(pool)
        shown = pool.submit(site.render, "home")
        editor = threading.Thread(target=site.edit, args=("home",))
        editor.start()
        assert shown.result() == "<home>"
        editor.join()
