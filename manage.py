#!/usr/bin/env python3
"""The one command of NIRWeb. On a bare Python it first makes an environment of its own (nirweb/bootstrap)."""

import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file alone must also be read by an older Python, to say so
        sys.exit("NIRWeb needs Python 3.11 or newer, this is %d.%d: run it as  python3.11 manage.py" % sys.version_info[:2])  # noqa: UP031
    from nirweb.bootstrap import entry

    entry.run(sys.argv)


if __name__ == "__main__":
    main()
