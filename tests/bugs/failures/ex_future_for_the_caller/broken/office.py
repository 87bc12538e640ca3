"""Pages are printed in the background; whoever asks for one gets a future."""

from concurrent.futures import ThreadPoolExecutor


class Office:
    def __init__(self, printer):
        self.printer = printer
        self.pool = ThreadPoolExecutor(1)
        self.queued = 0

    def print_page(self, text):
        self.queued += 1
        return self.pool.submit(self._print, text)

    def _print(self, text):
        self.printer.put_on_paper(text)

    def print_all(self, texts):
        for text in texts:
            self.print_page(text)

    def close(self):
        self.pool.shutdown()
