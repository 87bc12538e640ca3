"""A server says that it is ready; who has waited for that asks for its session."""

import threading

import pytest


class Server:
    def __init__(self):
        self.ready = threading.Event()

    def start(self):
        self.session = {"user": "root"}
        self.ready.set()

    def whoami(self):
        self.ready.wait()
        return self.session["user"]


@pytest.mark.taskfail
def test_kl_ready_too_early():
    server, said = Server(), []
    starter = threading.Thread(target=server.start)
    asker = threading.Thread(target=lambda: said.append(server.whoami()))
    asker.start()
    starter.start()
    starter.join()
    asker.join()
    assert said == ["root"]
