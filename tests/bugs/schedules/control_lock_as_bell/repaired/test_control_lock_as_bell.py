"""A porter takes a lock twice: the second time that is a bell, which somebody else rings by giving it back."""

import threading


class Porter:
    def __init__(self):
        self.bell = threading.Lock()
        self.sits = threading.Event()
        self.opened = False
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        self.bell.acquire()
        self.sits.set()
        self.bell.acquire()
        self.opened = True
        self.bell.release()

    def ring(self, patience):
        if not self.sits.wait(patience):
            return False
        self.bell.release()
        self.thread.join()
        return True


def test_control_lock_as_bell():
    porter = Porter()
    porter.thread.start()
    assert porter.ring(patience=10) == porter.opened
