"""Messages are taken from a queue; whoever hands them in waits until all have been dealt with."""

import json
import queue
import threading


class Counter:
    def __init__(self):
        self.sums = {}
        self.line = queue.Queue()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            text = self.line.get()
            if text is None:
                return
            try:
                message = json.loads(text)
            except ValueError:
                self.line.task_done()
                continue
            self.sums[message["shop"]] = self.sums.get(message["shop"], 0) + message["price"]
            self.line.task_done()

    def count(self, texts):
        for text in texts:
            self.line.put(text)
        self.line.join()

    def close(self):
        self.line.put(None)
        self.thread.join()


def test_prices_are_summed_up():
    counter = Counter()
    counter.count(['{"shop": "north", "price": 3}', '{"shop": "west", "price": 4}', '{"shop": "north", "price": 5}'])
    counter.close()
    assert counter.sums == {"north": 8, "west": 4}
