"""A trip: flight and hotel are booked one after the other; what was booked is undone when a later booking fails."""

import logging

log = logging.getLogger("saga")


class Trip:
    def __init__(self, *services):
        self.services = services
        self.to_check = []

    async def book(self, who):
        done = []
        try:
            for service in self.services:
                done.append(service)
                await service.book(who)
        except Exception:
            for service in reversed(done):
                await service.cancel(who)
            raise
