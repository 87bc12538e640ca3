"""Copies the files of several hosts."""

from concurrent.futures import ThreadPoolExecutor


class Mirror:
    def __init__(self, connect):
        self.connect = connect
        self.failed = {}

    def copy(self, host):
        try:
            session = self.connect(host)
            return session.files()
        except OSError as error:
            self.failed[host] = str(error)
            return []
        finally:
            session.close()

    def copy_all(self, hosts):
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(self.copy, hosts))
