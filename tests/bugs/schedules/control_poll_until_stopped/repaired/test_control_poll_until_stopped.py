"""A worker polls its inbox until it is stopped; what is left is done by the caller."""

import queue
import threading


def poll(inbox, stop, handled):
    while not stop.is_set():
        try:
            handled.append(inbox.get(timeout=0.01))
        except queue.Empty:
            continue


def test_control_poll_until_stopped():
    inbox, stop, handled = queue.Queue(), threading.Event(), []
    worker = threading.Thread(target=poll, args=(inbox, stop, handled))
    worker.start()
    for letter in ("a", "b", "c"):
        inbox.put(letter)
    stop.set()
    worker.join()
    while not inbox.empty():
        handled.append(inbox.get())
    assert handled == ["a", "b", "c"]
