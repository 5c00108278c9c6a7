"""The unit that systemd reads. Pure text; each line that a newcomer would question says why."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "nirweb-bridge.service"
WATCHDOG_S: Final = 15
STOP_S: Final = 10
"""The bridge turns off and ends in 5 s; what is left after this is killed."""
STARTS: Final = 10
STARTS_WITHIN_S: Final = 600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to run, and as whom."""

    python: str
    homes: tuple[Path, ...]
    user: str
    group: str = ""
    """One more, such as `bluetooth`; a unit that names one which is not there does not start."""
    folder: Path = Path("/")
    """From where `ble_bridge` is imported: of a clone, its folder."""

    @property
    def command(self) -> tuple[str, ...]:
        return (self.python, "-m", "ble_bridge", "run", *(word for home in self.homes for word in ("--home", str(home))))


UNIT: Final = """\
# written by  python3 -m ble_bridge install-service : run that again instead of changing this
[Unit]
Description=NIRWeb bridge: speaks to light panels by Bluetooth
Wants=bluetooth.service network-online.target
After=bluetooth.service dbus.service network-online.target
# a bridge that fails again and again is left alone, for a person to look at
StartLimitIntervalSec={starts_within_s}
StartLimitBurst={starts}

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
WorkingDirectory={folder}
User={user}
{group}\
# the bridge's loop gives a sign four times in this time; one that hangs is killed, and the panel's dead-man ends its light
WatchdogSec={watchdog_s}
TimeoutStopSec={stop_s}
Restart=on-failure
RestartSec=2
# wrong settings and a folder that another bridge has do not mend themselves
RestartPreventExitStatus=2 3
SyslogIdentifier=nirweb-bridge
UMask=0077
# no more than it needs: its folder, D-Bus to bluetoothd, and the network; the kernel's Bluetooth is bluetoothd's alone
ReadWritePaths={homes}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
KeyringMode=private
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


def text(wanted: Wanted) -> str:
    return UNIT.format(
        command=" ".join(quoted(word).replace("$", "$$") for word in wanted.command),
        folder=_plain(wanted.folder),
        user=wanted.user,
        group=f"SupplementaryGroups={wanted.group}\n" if wanted.group else "",
        homes=" ".join(quoted(str(home)) for home in wanted.homes),
        watchdog_s=WATCHDOG_S,
        stop_s=STOP_S,
        starts=STARTS,
        starts_within_s=STARTS_WITHIN_S,
    )


def quoted(word: str) -> str:
    """One word for systemd, whatever is in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{escaped}"'


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")
