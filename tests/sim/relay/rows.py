"""The server's rows in memory: commands, stops, sessions and their runs, telemetry. They outlive the server's process."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from ble_bridge.contract import wire
from sessions_app.clock import Moment
from sessions_app.therapy.jumps import Mark
from sessions_app.therapy.rules import RunNow, SessionState

State = Literal["waiting", "granted", "done", "failed", "expired", "cancelled"]
LAST_WORDS: frozenset[State] = frozenset({"done", "failed", "expired", "cancelled"})


@dataclass
class Command:
    """A stop has no clearance, no life, and is not claimed."""

    id: UUID
    bridge: str
    panel_id: UUID
    session_id: UUID | None
    run_no: int | None
    args: wire.CommandArgs | wire.Stop
    made: Moment
    life_ms: int
    clearance: wire.Clearance | None = None
    state: State = "waiting"
    code: str = ""
    granted: Moment | None = None
    results: int = 0

    @property
    def is_stop(self) -> bool:
        return isinstance(self.args, wire.Stop)

    @property
    def kind(self) -> str:
        return "stop" if isinstance(self.args, wire.Stop) else self.args.kind

    @property
    def trace(self) -> str:
        return f"trace-{self.id.hex[:12]}"

    def left_ms(self, now: Moment) -> int:
        """0 also where another boot of the machine made it (`orders.alive`)."""
        end = self.made.after(self.life_ms)
        if self.made.clock_id != now.clock_id:
            return 0
        return now.left_ms(self.made.wall, end.wall, end.steady_ms, end.clock_id)


@dataclass
class RunRow:
    now: RunNow
    command_id: UUID
    heard: bool = False


@dataclass
class Session:
    id: UUID
    user: str
    panel_id: UUID
    state: SessionState = "requested"
    run_no: int = 1
    runs: dict[int, RunRow] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return self.state != "ended"


@dataclass
class Rows:
    commands: dict[UUID, Command] = field(default_factory=dict)
    sessions: dict[UUID, Session] = field(default_factory=dict)
    journal: dict[str, tuple[UUID, int]] = field(default_factory=dict)
    """Bridge → its journal's epoch and the last number stored of it."""
    events: list[tuple[str, UUID, int, wire.RunEvent]] = field(default_factory=list)
    """Bridge, epoch, number, event: in the order they were stored."""
    mark: Mark | None = None
    """Where the clocks stood when the server last looked."""
