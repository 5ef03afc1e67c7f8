"""How many requests are served at the same time."""


class Slots:
    """One slot for each request that may be served now.

    An `asyncio.Semaphore` would let requests wait, and has no way to ask how many are free.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0

    def take(self, count: int = 1) -> bool:
        """Take slots, or none where fewer are free."""
        if self.taken + count > self.limit:
            return False
        self.taken += count
        return True

    def give_back(self, count: int = 1) -> None:
        """Free slots that were taken."""
        self.taken -= count
