"""Replicas queue heartbeats at their store, which sends them in one go."""

import threading


class Store:
    def __init__(self):
        self.queue_mu = threading.Lock()
        self.queued = {}
        self.sent = []

    def enqueue(self, replica, term):
        with self.queue_mu:
            self.queued[replica] = term

    def send_queued(self):
        with self.queue_mu:
            batch, self.queued = self.queued, {}
        for replica, term in batch.items():
            replica.note_sent()
            self.sent.append((replica.name, term))


class Replica:
    def __init__(self, name, store):
        self.name = name
        self.store = store
        self.raft_mu = threading.Lock()
        self.term = 0
        self.acks = 0

    def tick(self):
        with self.raft_mu:
            self.term += 1
            self.store.enqueue(self, self.term)

    def note_sent(self):
        with self.raft_mu:
            self.acks += 1


def test_heartbeat_queue():
    store = Store()
    replica = Replica("r1", store)
    replica.tick()
    sender = threading.Thread(target=store.send_queued)
    ticker = threading.Thread(target=replica.tick)
    sender.start()
    ticker.start()
    sender.join()
    ticker.join()
    store.send_queued()
    assert replica.acks == len(store.sent) >= 1
