import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { wordsOf } from "../../features/api";
import { invite, openInvitations, takeBack, type Invitation, type Made } from "../../features/household/household";
import { now, zone } from "../../features/records";
import { later, leaving, say } from "../../features/toast";
import { untilWords } from "../../features/words";

/** The border that a reader needs, in modules. */
const QUIET = 4;

function Qr({ rows }: { rows: readonly string[] }): JSX.Element {
  const size = rows.length + 2 * QUIET;
  const dark = rows.map((row, y) => Array.from(row, (one, x) => (one === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")).join(""));
  return (
    <svg class="invite-qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label="The link as a QR code" shape-rendering="crispEdges">
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("It could not be copied. Hold the link to select it.");
  }
}

const share = (link: string): Promise<void> => navigator.share({ title: "NIRWeb", url: link }).catch(() => undefined);

function Shown({ made, onDone }: { made: Made; onDone: () => void }): JSX.Element {
  return (
    <div class="stack">
      <p>Let them scan it, or send them the link. It lets one person in, and ends {untilWords(new Date(made.expires_at), now(), zone.value)}. It is shown only now.</p>
      <Qr rows={made.qr} />
      <p class="invite-code num small">{made.link}</p>
      <p class="code num invite-code">{made.code}</p>
      <div class="row">
        <Button onPress={() => copy(made.link)}>Copy the link</Button>
        {"share" in navigator && (
          <Button icon="share" onPress={() => share(made.link)}>
            Send it
          </Button>
        )}
        <Button kind="quiet" onPress={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}

function Open({ householdId, one, onGone }: { householdId: string; one: Invitation; onGone: () => Promise<void> }): JSX.Element | null {
  if (leaving.value.includes(one.id)) return null;
  const back = (): void => {
    later(
      one.id,
      "The invitation is being taken back.",
      async () => {
        await takeBack(householdId, one.id);
        await onGone();
      },
      (error) => { say(`It still stands: ${wordsOf(error)}`); },
    );
  };
  return (
    <li class="row apart">
      <span class="grow small">
        By {one.made_by}. Ends {untilWords(new Date(one.expires_at), now(), zone.value)}.
      </span>
      <Button kind="quiet" icon="bin" onPress={back}>
        Take back
      </Button>
    </li>
  );
}

/** For owners: ask somebody in, and take back what was not used [M10-M12]. */
export function Invite({ householdId, people }: { householdId: string; people: number }): JSX.Element {
  const act = useMemo(newAct, []);
  const made = useSignal<Made | null>(null);
  const open = useSignal<readonly Invitation[]>([]);
  const refresh = useCallback(async (): Promise<void> => {
    const still = await openInvitations(householdId).catch(() => null);
    if (!still) return;
    open.value = still;
    if (made.peek() && !still.some((one) => one.id === made.peek()?.id)) made.value = null; // somebody came by it
  }, [householdId, made, open]);
  useEffect(() => void refresh(), [refresh, people]);
  const ask = (): Promise<boolean> =>
    act.run(async () => {
      made.value = await invite(householdId);
      await refresh();
    });
  const others = open.value.filter((one) => one.id !== made.value?.id);
  return (
    <section class="plate stack" aria-labelledby={`invite-${householdId}`}>
      <h3 id={`invite-${householdId}`}>Ask somebody in</h3>
      {act.wrong.value && (
        <Notice tone="warn" live>
          {act.wrong.value}
        </Notice>
      )}
      {made.value ? (
        <Shown made={made.value} onDone={() => (made.value = null)} />
      ) : (
        <>
          <p class="soft small">With a link that works once, for a day. They join with an account of their own.</p>
          <Button icon="plus" wide onPress={ask} busy={act.busy.value}>
            Make an invitation
          </Button>
        </>
      )}
      {others.length > 0 && (
        <ul class="stack" aria-label="Open invitations">
          {others.map((one) => (
            <Open key={one.id} householdId={householdId} one={one} onGone={refresh} />
          ))}
        </ul>
      )}
    </section>
  );
}
