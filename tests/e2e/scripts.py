"""What tests ask and tell the page itself."""

from typing import Final

CACHED: Final = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
    return found;
}"""
COUNTS: Final = """
    window.counts = [];
    const { setAppBadge, clearAppBadge } = navigator;
    navigator.setAppBadge = async (count) => { await setAppBadge.call(navigator, count); counts.push(count); };
    navigator.clearAppBadge = async () => { await clearAppBadge.call(navigator); counts.push(0); };
"""
"""What the browser itself took as the number on the icon."""
AWAKE: Final = """
    window.awake = [];
    const { request } = WakeLock.prototype;
    WakeLock.prototype.request = async function (kind) {
        const sentinel = await request.call(this, kind);
        awake.push(sentinel);
        return sentinel;
    };
"""
"""What the browser itself gave to keep the screen on."""
SCRIPTS: Final = "() => performance.getEntriesByType('resource').map(one => one.name).filter(name => name.endsWith('.js'))"
ASKED: Final = 'async () => (await (await navigator.serviceWorker.ready).sync.getTags()).includes("outbox")'
"""The app asked its browser to be woken."""
