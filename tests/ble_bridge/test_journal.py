"""The journal keeps what a crash must not take, and numbers what the server must store once."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest

from ble_bridge.contract.wire import Clearance, StartArgs
from ble_bridge.journal import COMMANDS_KEPT, Journal, JournalError

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
PANEL = UUID(int=7)


def args(run_no: int = 1, session: UUID | None = None) -> StartArgs:
    return StartArgs(session_id=session or uuid4(), run_no=run_no, panel_id=PANEL, duration_s=600, levels_pct={660: 80, 850: 40})


def clearance() -> Clearance:
    return Clearance(
        person_id=uuid4(),
        sites=["face"],
        wavelengths_nm=[660, 850],
        max_level_pct={660: 100, 850: 100},
        max_duration_s=600,
        max_fluence_j_cm2=50.0,
        irradiance_mw_cm2={660: 30.0, 850: 20.0},
    )


def open_run(journal: Journal, wanted: StartArgs, now_ms: int = 1_000) -> bool:
    return journal.open_run(
        panel_id=PANEL,
        args=wanted,
        clearance=clearance(),
        trace="trace-0001",
        now_ms=now_ms,
        planned_end_ms=now_ms + 600_000,
        deadman_ms=3_000,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def test_B13_it_uses_a_command_once_also_after_a_restart(path: Path) -> None:
    command = uuid4()
    first = Journal(path, "boot")
    assert first.use(command)
    assert not first.use(command)
    first.close()
    assert not Journal(path, "boot").use(command)


def test_B13_it_forgets_the_oldest_commands_only(path: Path) -> None:
    journal = Journal(path, "boot")
    oldest, newest = uuid4(), uuid4()
    journal.use(oldest)
    with journal._change() as db:
        db.executemany("INSERT INTO used (command_id) VALUES (?)", [(str(uuid4()),) for _ in range(COMMANDS_KEPT)])
    journal.use(newest)
    assert journal.use(oldest)
    assert not journal.use(newest)


def test_B14_it_keeps_the_highest_stop_of_a_session(path: Path) -> None:
    session = uuid4()
    journal = Journal(path, "boot")
    journal.keep_stop(session, 2)
    journal.keep_stop(session, 1)
    journal.close()
    assert Journal(path, "boot").stops() == {session: 2}


def test_B21_it_writes_a_run_once_and_finds_it_open_until_it_is_closed(path: Path) -> None:
    wanted = args()
    journal = Journal(path, "boot")
    assert open_run(journal, wanted)
    assert not open_run(journal, wanted)
    journal.close()
    again = Journal(path, "boot")
    (found,) = again.open_runs()
    assert (found.args, found.panel_id, found.same_boot) == (wanted, PANEL, True)
    assert (found.counted_ms, found.planned_end_ms, found.deadman_ms) == (1_000, 601_000, 3_000)
    again.close_run(wanted.session_id, wanted.run_no)
    assert again.open_runs() == []
    assert not open_run(again, wanted), "a closed run is not started again either"


def test_B34_it_says_when_the_times_of_a_run_are_of_another_boot(path: Path) -> None:
    journal = Journal(path, "boot one")
    open_run(journal, args())
    journal.close()
    assert [run.same_boot for run in Journal(path, "boot two").open_runs()] == [False]


def test_B41_it_numbers_events_without_gaps_over_restarts(path: Path) -> None:
    journal = Journal(path, "boot")
    seqs = [journal.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event="foreign_on").seq for _ in range(3)]
    epoch = journal.epoch
    journal.close()
    again = Journal(path, "boot")
    event = again.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event="foreign_off")
    assert [*seqs, event.seq] == [1, 2, 3, 4]
    assert event.epoch == again.epoch == epoch


def test_B41_it_gives_each_thread_its_own_number(path: Path) -> None:
    journal = Journal(path, "boot")

    def tell() -> None:
        for _ in range(25):
            journal.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event="foreign_on")

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.seq for event in journal.waiting(0)] == list(range(1, 101))


def test_B42_it_keeps_what_is_not_acknowledged(path: Path) -> None:
    journal = Journal(path, "boot")
    for _ in range(5):
        journal.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event="foreign_on")
    journal.acknowledged(2)
    journal.close()
    again = Journal(path, "boot")
    assert [event.seq for event in again.waiting(0)] == [3, 4, 5]
    assert [event.seq for event in again.waiting(3, limit=1)] == [4]
    assert again.last_seq == 5


def test_B46_a_new_epoch_keeps_what_waits_in_its_order(path: Path) -> None:
    journal = Journal(path, "boot")
    kinds = ("foreign_on", "foreign_off", "foreign_on", "foreign_off", "foreign_on")
    for kind in kinds:
        journal.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event=kind)
    journal.acknowledged(2)
    assert journal.dropped_seq == 2
    before = journal.epoch
    journal.begin_anew()
    journal.close()
    again = Journal(path, "boot")
    assert before != again.epoch == journal.epoch
    assert [(event.seq, event.epoch, event.event) for event in again.waiting(0)] == [
        (seq, again.epoch, kind) for seq, kind in enumerate(kinds[2:], 1)
    ]
    assert (again.last_seq, again.dropped_seq) == (3, 0)
    assert again.tell(panel_id=PANEL, at=AT, session_id=None, run_no=None, event="foreign_off").seq == 4
    again.acknowledged(4)
    again.close()
    assert Journal(path, "boot").dropped_seq == 4


def test_B43_it_books_light_and_how_far_it_is_booked_together(path: Path) -> None:
    wanted = args()
    journal = Journal(path, "boot")
    open_run(journal, wanted)
    told = journal.tell(
        panel_id=PANEL,
        at=AT,
        counted_ms=9_000,
        session_id=wanted.session_id,
        run_no=1,
        event="dose",
        on_time_s=8.0,
        full_level_s={660: 6.4, 850: 3.2},
    )
    journal.close()
    again = Journal(path, "boot")
    assert again.open_runs()[0].counted_ms == 9_000
    assert again.waiting(0) == [told]


def test_it_loses_nothing_it_returned_from_when_its_process_is_killed(path: Path) -> None:
    child = textwrap.dedent(f"""
        from datetime import UTC, datetime
        from pathlib import Path
        from uuid import UUID
        from ble_bridge.journal import Journal
        journal = Journal(Path({str(path)!r}), "boot")
        while True:
            event = journal.tell(panel_id=UUID(int=7), at=datetime.now(UTC), session_id=None, run_no=None, event="foreign_on")
            print(event.seq, flush=True)
    """)
    process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(50)]
    os.kill(process.pid, signal.SIGKILL)
    said += [int(line) for line in process.stdout.read().splitlines()]
    process.stdout.close()
    process.wait()
    journal = Journal(path, "boot")
    assert [event.seq for event in journal.waiting(0, limit=100_000)][: len(said)] == said


def test_it_says_what_to_do_with_a_broken_or_newer_journal(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(JournalError, match="Move it away"):
        Journal(path, "boot")
    path.unlink()
    journal = Journal(path, "boot")
    journal._db.execute("PRAGMA user_version=99")
    journal.close()
    with pytest.raises(JournalError, match="newer bridge"):
        Journal(path, "boot")
