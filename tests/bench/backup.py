"""How long a backup and a restore of a year take, as whole commands, and how large the file is."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.bench.clone import Clone
from tests.bench.figures import Figure

TIMES: Final = 3
PEOPLE: Final = 2
PHOTOS: Final = 104
PHOTO_BYTES: Final = 300_000


def measure(clone: Clone, seed: int) -> list[Figure]:
    data = clone.data.with_name("a-year")
    _run(clone, data, sys.executable, "-m", "django", "prepare_database")
    _run(clone, data, sys.executable, "-m", "tests.bench.year", str(PEOPLE), str(seed))
    photos = data / "photos"
    photos.mkdir()
    for number in range(PHOTOS):
        (photos / f"{number}.jpg").write_bytes(os.urandom(PHOTO_BYTES))
    files = [data.with_name(f"year-{number}.zip") for number in range(TIMES)]
    backup_s = [_run(clone, data, sys.executable, "manage.py", "backup", str(file)) for file in files]
    restore_s = [_run(clone, data, sys.executable, "manage.py", "restore", str(file)) for file in files]
    details = {
        "database_mb": round((data / "db.sqlite3").stat().st_size / 1e6, 1),
        "file_mb": round(files[0].stat().st_size / 1e6, 1),
        "of": f"{PEOPLE} people, a session with its events and a check-in each day, {PHOTOS} photos",
    }
    return [
        Figure("backup of a year (the slowest)", max(backup_s), 5, "s", TIMES, {**details, "each_s": backup_s}),
        Figure("restore of a year (the slowest)", max(restore_s), 10, "s", TIMES, {"each_s": restore_s}),
    ]


def _run(clone: Clone, data: Path, *command: str) -> float:
    """Seconds that it took."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
    environment |= {"DJANGO_SETTINGS_MODULE": "nirweb.settings", "NIRWEB_DATA": str(data)}
    started_s = time.monotonic()
    subprocess.run(command, cwd=clone.project, env=environment, check=True, stdout=subprocess.DEVNULL)
    return round(time.monotonic() - started_s, 2)
