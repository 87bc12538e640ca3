"""Run a request handler in a thread, but give up waiting for it after a while."""

import queue
import threading


def handle(request, out):
    out.put(("headers", request))
    out.put(("body", request.upper()))


def finish_request(request, patience):
    out = queue.Queue(maxsize=1)
    worker = threading.Thread(target=handle, args=(request, out), daemon=True)
    worker.start()
    try:
        out.get(timeout=patience)
        _kind, body = out.get(timeout=patience)
    except queue.Empty:
        return None
    worker.join()
    return body


def test_finish_request():
    assert finish_request("ping", patience=0.3) in ("PING", None)
