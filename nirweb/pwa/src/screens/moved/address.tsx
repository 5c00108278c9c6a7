import type { JSX } from "preact";
import { LinkButton } from "../../design/button";
import { instance } from "../../features/moved/origin";

/** Where this app lives, what a new phone compares, and the ways to and from another address. */
export function Address(): JSX.Element {
  const mark = instance.value?.authority;
  return (
    <section class="stack" aria-labelledby="address">
      <h2 id="address">Address</h2>
      <p>
        <b>{location.host}</b>
      </p>
      {mark && (
        <p class="small soft">
          Fingerprint of your home certificate, the same on the page that new phones open first: <span class="num settings-mail">{mark}</span>
        </p>
      )}
      <LinkButton href="/moved">Another address</LinkButton>
      <LinkButton href="/arrive">Entries from elsewhere</LinkButton>
    </section>
  );
}
