"""The unit that systemd reads. Pure text; each line that a newcomer would question says why."""

from typing import Final

from nirweb.service.wanted import Wanted

NAME: Final = "nirweb.service"
STOP_S: Final = 15
"""`up` stops in 5 s; what is left after this is killed."""

UNIT: Final = """\
# written by  manage.py install-service : run that again instead of changing this
[Unit]
Description=NIRWeb: sessions with a light panel at home
Documentation=file://{folder}/docs/service.md

[Service]
Type=exec
ExecStart={command}
WorkingDirectory={folder}
{environment}\
# `up` ends its parts in order, so that the bridge still has radio and server while it turns lamps off: only it is told to stop
ExecStop=/bin/sh -c 'kill -TERM $$1 && while kill -0 $$1; do sleep 0.1; done 2>/dev/null' stop ${{MAINPID}}
# if it was killed itself, what is left is asked to stop first: the bridge turns off what it lit
KillMode=control-group
TimeoutStopSec={stop_s}
Restart=on-failure
RestartSec=5
# wrong settings do not mend themselves
RestartPreventExitStatus=2
SyslogIdentifier=nirweb
UMask=0077
# no more than it needs; none of these hides D-Bus, Bluetooth or the home network from it
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_BLUETOOTH

[Install]
WantedBy=default.target
"""


def text(wanted: Wanted) -> str:
    environment = "".join(f"Environment={quoted(f'{name}={value}')}\n" for name, value in wanted.environment.items())
    return UNIT.format(
        command=" ".join(quoted(word).replace("$", "$$") for word in wanted.command),
        folder=str(wanted.folder).replace("%", "%%"),
        environment=environment,
        stop_s=STOP_S,
    )


def quoted(word: str) -> str:
    """One word for systemd, whatever is in it."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{plain}"'
