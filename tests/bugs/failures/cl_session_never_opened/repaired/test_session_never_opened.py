from mirror import Mirror


class FakeSession:
    def __init__(self, host):
        self.host = host

    def files(self):
        return [f"{self.host}.txt"]

    def close(self):
        self.host = None


def test_all_hosts_are_copied():
    assert Mirror(FakeSession).copy_all(["a", "b"]) == [["a.txt"], ["b.txt"]]
