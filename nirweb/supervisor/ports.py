"""The listening sockets, opened before anything else and handed to the web part, so that a restart of it refuses nobody."""

import contextlib
import errno
import socket

from nirweb.supervisor.trouble import CannotStart

BACKLOG = 512


def listen(port: int) -> list[socket.socket]:
    """Sockets on this machine's own addresses, IPv4 and, where there is one, IPv6.

    Raises:
        CannotStart: the port is taken, or needs rights; the message names a free one.
    """
    found = [_open(socket.AF_INET, "127.0.0.1", port)]
    if socket.has_ipv6:
        try:
            found.append(_open(socket.AF_INET6, "::1", port))
        except OSError:  # a machine with IPv6 switched off
            pass
        except CannotStart:
            found[0].close()
            raise
    return found


def listen_at(address: str | None, port: int, option: str) -> list[socket.socket]:
    """Sockets on one address of this machine, or on all of them; `option` is how another port is told.

    Raises:
        CannotStart: the port is taken or needs rights, or this machine has no such address.
    """
    if address:
        return [_open(socket.AF_INET6 if ":" in address else socket.AF_INET, address, port, option)]
    found = [_open(socket.AF_INET, "0.0.0.0", port, option)]  # noqa: S104 - guarded: only private ones answer [H26]
    with contextlib.suppress(OSError, CannotStart):  # a machine with IPv6 switched off
        found.append(_open(socket.AF_INET6, "::", port, option))
    return found


def _open(family: socket.AddressFamily, host: str, port: int, option: str = "--port") -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is in use by another program: stop that, or start with  {option} {free(port)}"
            ) from None
        if error.errno == errno.EACCES:
            raise CannotStart(f"Port {port} needs administrator's rights: start with  {option} {free(8000)}") from None
        if error.errno == errno.EADDRNOTAVAIL and host not in {"127.0.0.1", "::1"}:
            raise CannotStart(f"This machine has no address {host}: give one that it has, or  --lan  alone for all.") from None
        raise
    return listener


def free(near: int) -> int:
    """A port above `near` that nobody uses at the moment; 0 when there is none."""
    for port in range(near + 1, near + 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0
