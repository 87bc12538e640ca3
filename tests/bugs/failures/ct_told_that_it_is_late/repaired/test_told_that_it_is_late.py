"""Who is told that an answer has not come in time has reported that; how it fails later is nobody's concern."""

from concurrent.futures import ThreadPoolExecutor, as_completed


def ask(server):
    return f"{server} is up"


def one_by_one(servers):
    answers = []
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(ask, server) for server in servers]:
            try:
                answers.append(future.result(timeout=10))
            except Exception as error:
                answers.append(f"no answer: {error!r}")
    return answers


def as_they_come(servers):
    answers = []
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(ask, server) for server in servers]
        try:
            for future in as_completed(futures, timeout=10):
                answers.append(future.result())
        except Exception as error:
            answers.append(f"not all have answered: {error!r}")
    return answers


def test_one_by_one():
    assert one_by_one(["north", "south"]) == ["north is up", "south is up"]


def test_as_they_come():
    assert sorted(as_they_come(["north", "south"])) == ["north is up", "south is up"]
