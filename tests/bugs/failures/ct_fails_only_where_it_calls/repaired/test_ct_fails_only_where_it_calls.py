"""Whatever becomes of the letters, the clerk goes home."""

from clerk import Clerk


class Archive:
    def __init__(self):
        self.letters = []

    def keep(self, letter):
        self.letters.append(letter)


def test_the_clerk_goes_home():
    archive = Archive()
    clerk = Clerk(archive)
    clerk.tray.put("a bill")
    clerk.stop()
    assert archive.letters == ["a bill"]
