"""Two players take turns; each one's lock is opened by the other."""

import threading


def play(name, laps, mine, yours, score):
    for _ in range(laps):
        mine.acquire()
        score.append(name)
        yours.release()


def test_control_lock_handoff():
    ping, pong, score = threading.Lock(), threading.Lock(), []
    pong.acquire()
    players = [
        threading.Thread(target=play, args=("ping", 2, ping, pong, score)),
        threading.Thread(target=play, args=("pong", 2, pong, ping, score)),
    ]
    for player in players:
        player.start()
    for player in players:
        player.join()
    assert score == ["ping", "pong", "ping", "pong"]
