"""Each test leaves the list of clerks empty."""

from clerks import Clerk


class Desk:
    def answer(self, question):
        return question.upper()


def test_a_clerk_answers():
    clerk = Clerk(Desk())
    assert clerk.ask("why") == "WHY"
    clerk.go_home()


def test_nobody_is_at_work():
    assert Clerk.at_work == []
