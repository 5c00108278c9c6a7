/** The very first thing at /arrive, before anybody is signed in: what the link carries is taken out of the address [H43]. */

export function catchArriving(): void {
  if (location.pathname !== "/arrive" || location.hash.length < 2) return;
  try {
    sessionStorage.setItem("nirweb.arriving", decodeURIComponent(location.hash.slice(1)));
  } catch {
    // unreadable, or no storage: the screen asks for the file
  }
  history.replaceState(history.state, "", location.pathname);
}
