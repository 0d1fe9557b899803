"""One signed POST to a stranger's server, from which nothing can be expected: bounded in time and size, and to public addresses.

The name is looked up once, every address that it has is checked, and the connection goes to the address that was checked: a
name that answers otherwise the second time leads nowhere. Redirects are not followed.
"""

import base64
import binascii
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from wellheard import __version__
from wellheard.core.errors import Refusal

PREFIX = "whsec_"
TIMEOUT = 10.0
WHOLE_ANSWER_WITHIN = 15.0
MOST_BYTES = 16 * 1024
LONGEST_URL = 500
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses of IPv6 that carry one of IPv4 to a translator.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Outcome:
    """What came of it: the code of the answer (None without one), and in words what went wrong (empty when taken)."""

    code: int | None
    fault: str = ""

    @property
    def is_taken(self) -> bool:
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_servers_fault(self) -> bool:
        """Is the whole server in trouble, rather than this message unwelcome?"""
        return self.code is None or self.code >= 500 or self.code == 429


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` with the bytes behind the secret's prefix."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def checked_url(url: str) -> SplitResult:
    """The parts of an address that may be told; a refusal says what is wrong with it."""

    def refuse(why: str) -> Refusal:
        return Refusal(f"{why} Nothing was saved.", field="url")

    if len(url) > LONGEST_URL or not url.isascii() or any(ord(each) <= 32 or ord(each) == 127 for each in url):
        raise refuse("The address is too long, or holds a character that no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refuse("That is no address.") from None
    schemes = {"https", "http"} if settings.WEBHOOK_PRIVATE else {"https"}
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise refuse("The address has to begin with https:// and name a server.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise refuse("The address may hold neither a name, a password nor a “#”.")
    try:
        literal = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return parts
    if not is_allowed(literal):
        raise refuse("That address lies within a private network, which an administrator of the server has to allow.")
    return parts


def is_allowed(address: Address) -> bool:
    """May we speak to this address? Public ones always; those of private networks only where the setting says so."""
    if settings.WEBHOOK_PRIVATE:
        return not address.is_multicast and not address.is_unspecified
    return all(each.is_global and not each.is_multicast for each in (address, *_within(address)))


def _within(address: Address) -> list[Address]:
    """The addresses that one of IPv6 stands for."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    inner: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    inner += list(address.teredo or ())
    if any(address in network for network in TRANSLATED):
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in inner if each is not None]


def looked_up(host: str, port: int) -> str:
    """An address of this name, after all of them were found to be allowed. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]) for each in found]
    if not addresses:
        raise OSError("the name has no address")
    for each in addresses:
        if not is_allowed(ipaddress.ip_address(each.partition("%")[0])):
            raise OSError("the name leads into a private network, which is not allowed here")
    return addresses[0]


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked up before."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)


class _Secure(_Plain):
    """The same over TLS; the certificate has to be that of the name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Send it; whatever happens becomes an outcome."""
    connection: _Plain | None = None
    timer: Timer | None = None
    try:
        parts = checked_url(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = (_Secure if parts.scheme == "https" else _Plain)(host, port, looked_up(host, port))
        # A server that sends a byte now and then never runs into the socket's own timeout.
        timer = Timer(WHOLE_ANSWER_WITHIN, _hang_up, [connection])
        timer.daemon = True
        timer.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers | {"User-Agent": f"Wellheard/{__version__}"})
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
        return Outcome(answer.status, "" if 200 <= answer.status < 300 else f"answered {answer.status}")
    except Refusal as refusal:
        return Outcome(None, refusal.sentence)
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as fault:
        return Outcome(None, getattr(fault, "strerror", None) or f"{fault}" or type(fault).__name__)
    finally:
        if timer is not None:
            timer.cancel()
        if connection is not None:
            connection.close()


def _hang_up(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            sock.close()
