"""The phone app's files: kept for ever where the name holds a hash, asked for each time else, and a page for every screen."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from nirweb.app_files import AppFiles
from nirweb.asgi import application

PAGE = "<!doctype html><title>NIRWeb</title>"
HASHED = "/assets/index-DiwrgTda.js"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / HASHED[1:]).write_text("export {};" * 200)
    (folder / (HASHED[1:] + ".gz")).write_bytes(gzip.compress(b"export {};" * 200))
    (folder / "sw.js").write_text("// worker")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "index.html").write_text(PAGE)
    return folder


@pytest.fixture
async def client(dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=AppFiles(dist)), base_url="http://localhost") as client:
        yield client


async def test_it_lets_a_hashed_file_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get(HASHED)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert int(re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])[1]) >= 365 * 24 * 3600  # type: ignore[index]


@pytest.mark.parametrize("path", ["/", "/index.html", "/sw.js", "/manifest.webmanifest"])
async def test_it_asks_for_all_else_each_time(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.headers["Cache-Control"] == "no-cache"
    again = await client.get(path, headers={"If-Modified-Since": answer.headers["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/link?code=BCDF-GHJK", "/session/01a20369", "/reset/4-d2x", "/ä"])
async def test_it_gives_the_page_to_every_screen(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path", ["/assets/gone-00000000.js", "/favicon.ico", "/../settings.py", "/%2e%2e/secret.json", "/assets/../../x.py", "/.env"]
)
async def test_it_never_gives_the_page_for_a_file(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (404, "There is no such file.")


async def test_it_gives_the_type_of_the_manifest_and_the_scope_of_the_worker(client: httpx.AsyncClient) -> None:
    assert (await client.get("/manifest.webmanifest")).headers["Content-Type"].startswith("application/manifest+json")
    assert (await client.get("/sw.js")).headers["Service-Worker-Allowed"] == "/"


async def test_it_lets_nothing_inline_or_foreign_run(client: httpx.AsyncClient) -> None:
    policy = dict(part.split(" ", 1) for part in (await client.get("/")).headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in value or "http" in value for value in policy.values())


@pytest.mark.parametrize("path", ["/", "/gone.js", HASHED])
async def test_it_says_the_common_headers_with_every_file(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_it_only_gives(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_it_gives_a_part_and_a_head(client: httpx.AsyncClient) -> None:
    part = await client.get("/index.html", headers={"Range": "bytes=0-8", "Accept-Encoding": "identity"})
    assert (part.status_code, part.text) == (206, PAGE[:9])
    head = await client.head("/index.html")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(PAGE)))


async def test_it_finds_a_new_build(client: httpx.AsyncClient, dist: Path) -> None:
    await client.get("/")
    (dist / "assets" / "index-Neu12345.js").write_text("new")
    (dist / "index.html").unlink()
    assert (await client.get("/")).status_code == 503
    (dist / "index.html").write_text("new page")
    assert (await client.get("/")).text == "new page"
    assert (await client.get("/assets/index-Neu12345.js")).text == "new"


async def test_it_says_that_the_app_is_not_built(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(app=AppFiles(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/today")
    assert answer.status_code == 503
    assert "manage.py up" in answer.text


@pytest.mark.parametrize(("path", "django"), [("/healthz", True), ("/api/nothing", True), ("/healthzz", False), ("/api", False)])
async def test_it_leaves_data_to_django(path: str, django: bool) -> None:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        answer = await client.get(path)
    assert ("x-trace" in answer.headers) is django
