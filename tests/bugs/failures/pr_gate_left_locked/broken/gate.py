import threading


class Gate:
    def __init__(self, sensor):
        self.sensor = sensor
        self.lock = threading.Lock()

    def enter(self):
        self.lock.acquire()
        self.sensor.count()
        self.lock.release()
