/** The code of an invitation on its way through signing up: kept for this tab only, and never in an address that is sent anywhere. */
const KEY = "nirweb.invited";

/** From the link's part behind the #, which is then taken out of the address; else what this tab kept. */
export function arrivingCode(): string {
  const code = location.hash.slice(1);
  if (code) {
    keepCode(code);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  try {
    return code || (sessionStorage.getItem(KEY) ?? "");
  } catch {
    return code;
  }
}

export function keepCode(code: string): void {
  try {
    if (code) sessionStorage.setItem(KEY, code);
    else sessionStorage.removeItem(KEY);
  } catch {
    // no storage: the link is opened again after signing up
  }
}
