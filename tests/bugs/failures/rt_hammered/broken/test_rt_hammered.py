"""Readings of several meters are sent to a server; what could not be sent is sent again."""

from concurrent.futures import ThreadPoolExecutor


class Server:
    def __init__(self):
        self.readings = {}

    def store(self, meter, value):
        self.readings[meter] = value


def send(server, meter, value):
    while True:
        try:
            return server.store(meter, value)
        except ConnectionError:
            pass


def send_all(server, readings):
    with ThreadPoolExecutor(2) as pool:
        for sent in [pool.submit(send, server, *reading) for reading in readings.items()]:
            sent.result()


def test_readings_are_sent():
    server = Server()
    send_all(server, {"north": 4, "south": 7})
    assert server.readings == {"north": 4, "south": 7}
