"""The listening sockets, opened before anything else and handed to the web part, so that a restart of it refuses nobody."""

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


def _open(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is in use by another program: stop that, or start with  --port {free(port)}"
            ) from None
        if error.errno == errno.EACCES:
            raise CannotStart(f"Port {port} needs administrator's rights: start with  --port {free(8000)}") from None
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
