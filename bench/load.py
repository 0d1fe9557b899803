"""A load generator that keeps connections open and knows nothing but requests and status lines."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back: seconds a request, how many were answered well, and how many not."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    faults: int = 0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds if self.seconds else 0.0

    def wait(self, share: float) -> float:
        """The wait that this share of requests did not exceed, in milliseconds."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class _Client(asyncio.Protocol):
    def __init__(self, request: Callable[[], bytes], load: Load, until: float) -> None:
        self.request, self.load, self.until = request, load, until
        self.buffer = b""
        self.begun = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._next()

    def _next(self) -> None:
        if time.perf_counter() >= self.until:
            self.transport.close()
            return
        self.begun = time.perf_counter()
        self.transport.write(self.request())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length, chunked = 0, False
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.lower().partition(b":")
            if name == b"content-length":
                length = int(value)
            chunked = chunked or (name == b"transfer-encoding" and b"chunked" in value)
        if len(body) < length or (chunked and not body.endswith(b"0\r\n\r\n")):
            return
        self.buffer = b""
        if head[9:10] in b"23":
            self.load.waits.append(time.perf_counter() - self.begun)
        else:
            self.load.faults += 1
        self._next()

    def connection_lost(self, fault: Exception | None) -> None:
        if fault is not None or time.perf_counter() < self.until:
            self.load.faults += 1
        if not self.done.done():
            self.done.set_result(None)


async def _run(port: int, request: Callable[[], bytes], connections: int, seconds: float) -> Load:
    load, begun = Load(), time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: _Client(request, load, begun + seconds), "127.0.0.1", port)
        clients.append(client)
    await asyncio.wait_for(asyncio.gather(*(client.done for client in clients)), seconds + 30)
    load.seconds = time.perf_counter() - begun
    return load


def drive(port: int, request: Callable[[], bytes], *, connections: int, seconds: float) -> Load:
    """Keep `connections` busy for `seconds`; `request` makes the bytes of the next request."""
    return asyncio.run(_run(port, request, connections, seconds))


def post(path: str, body: bytes, content_type: str, port: int) -> bytes:
    """The bytes of a POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
