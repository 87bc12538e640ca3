"""Nobody reads the futures, and nothing is silent."""

from concurrent.futures import ThreadPoolExecutor

from post import Office


class Van:
    def __init__(self):
        self.letters = []

    def take(self, letter):
        self.letters.append(letter)


def test_all_letters_are_posted():
    van = Van()
    with ThreadPoolExecutor(2) as pool:
        office = Office(van, pool)
        office.post("to the bank")
        office.post_all(["to the school", "to the town hall"])
    assert sorted(van.letters) == ["to the bank", "to the school", "to the town hall"]
