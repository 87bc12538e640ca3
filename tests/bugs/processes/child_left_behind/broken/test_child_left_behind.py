"""A process serves requests while a client uses it."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def connect(address: str) -> str:
    return address


def serve(requests: Any) -> None:
    while requests.get() is not None:
        pass


def talk(requests: Any) -> None:
    requests.put(connect("localhost"))


def use_server() -> None:
    context = multiprocessing.get_context("fork")
    requests = context.Queue()
    server = context.Process(target=serve, args=(requests,), daemon=True)
    server.start()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(talk, requests).result()
    requests.put(None)
    server.join()


def test_the_server_is_used() -> None:
    try:
        use_server()
    except Exception as error:
        print("no talk:", error)
