"""Requests of many clients are sent in one batch by a dispatcher thread."""

import queue
import threading
from concurrent.futures import Future


class Model:
    def predict(self, batch):
        return [x * 2 for x in batch]


class Batcher:
    def __init__(self, model, size):
        self.model, self.size = model, size
        self.requests = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._dispatch, name="dispatcher", daemon=True)
        self.thread.start()

    def _dispatch(self):
        while True:
            batch = [self.requests.get()]
            if batch[0] is None:
                return
            while len(batch) < self.size and not self.requests.empty():
                item = self.requests.get()
                if item is None:
                    self.requests.put(None)
                    break
                batch.append(item)
            try:
                answers = self.model.predict([x for x, _ in batch])
            except BaseException as error:
                for _, reply in batch:
                    reply.set_exception(error)
                continue
            for (_, reply), answer in zip(batch, answers):
                reply.set_result(answer)

    def predict(self, x):
        reply = Future()
        self.requests.put((x, reply))
        return reply.result()

    def close(self):
        self.requests.put(None)
        self.thread.join()


def test_predictions():
    batcher, answers = Batcher(Model(), 2), {}

    def client(x):
        try:
            answers[x] = batcher.predict(x)
        except Exception as error:
            answers[x] = error

    clients = [threading.Thread(target=client, args=(x,)) for x in (1, 2, 3)]
    for c in clients:
        c.start()
    for c in clients:
        c.join()
    batcher.close()
    assert answers == {1: 2, 2: 4, 3: 6}
