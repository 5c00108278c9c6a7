import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { isOwner } from "../../features/household/people";
import { lineOpen } from "../../features/line/line";
import { keepPassport, passportOf, type Passport } from "../../features/panels/panels";
import { dueWords, hoursWords, warrantyWords } from "../../features/panels/passport";
import { now, zone } from "../../features/records";
import { say } from "../../features/toast";
import { localDate } from "../../features/words";
import type { Row } from "../../store/entities";

type Dates = Omit<Passport, "light_hours">;
const dateForm = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
/** "2 Jan 2026". */
const dateWords = (date: string): string => dateForm.format(new Date(`${date}T12:00:00Z`));
const fields: readonly { key: keyof Dates; label: string; hint?: string }[] = [
  { key: "purchased_on", label: "Bought on" },
  { key: "warranty_until", label: "Warranty until" },
  { key: "measure_again_on", label: "Measure again on", hint: "LEDs lose strength with the years. What is entered as its strength is of the day it was measured." },
];

function Change({ id, passport, onDone }: { id: string; passport: Passport; onDone: (kept: Passport | null) => void }): JSX.Element {
  const act = useMemo(newAct, []);
  const draft = useSignal<Dates>({ purchased_on: passport.purchased_on, warranty_until: passport.warranty_until, measure_again_on: passport.measure_again_on });
  const keep = async (): Promise<void> => {
    const done = await act.run(async () => {
      onDone(await keepPassport(id, draft.value));
    });
    if (done) say("Kept.");
  };
  return (
    <>
      {fields.map(({ key, label, hint }) => (
        <Field
          key={key}
          type="date"
          label={label}
          hint={hint}
          value={draft.value[key] ?? ""}
          onInput={(day) => (draft.value = { ...draft.value, [key]: day || null })}
        />
      ))}
      {act.wrong.value && (
        <Notice tone="bad" live>
          {act.wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button kind="main" onPress={keep} busy={act.busy.value}>
          Keep
        </Button>
        <Button
          kind="quiet"
          onPress={() => {
            onDone(null);
          }}
        >
          Leave it
        </Button>
      </div>
    </>
  );
}

/** Hours of light, purchase, warranty, when to measure again. The dates are on the phone; the hours are asked of the server [L3]. */
export function PassportPlate({ row }: { row: Row<"panel"> }): JSX.Element {
  const passport = useSignal<Passport | null>(null);
  const away = useSignal(false);
  const open = useSignal(false);
  const online = lineOpen.value;
  useEffect(() => {
    void passportOf(row.id).then(
      (told) => {
        passport.value = told;
        away.value = false;
      },
      () => (away.value = true),
    );
  }, [row.id, online]);
  const told = passport.value;
  const dates: Partial<Dates> = told ?? row.body;
  const today = localDate(now(), zone.value);
  const due = dueWords(dates.measure_again_on, today);
  const warranty = warrantyWords(dates.warranty_until, today);
  return (
    <section class="plate stack">
      <h2>Passport</h2>
      {told && <p>{hoursWords(told.light_hours)}</p>}
      {!told && away.value && <p class="soft">Its hours of light are counted by the server, which is out of reach. What is entered here can be changed when it is back.</p>}
      {due && <Notice tone={due.now ? "warn" : "plain"}>{due.words}</Notice>}
      {warranty && <Notice>{warranty}</Notice>}
      {told && open.value ? (
        <Change
          id={row.id}
          passport={told}
          onDone={(kept) => {
            if (kept) passport.value = kept;
            open.value = false;
          }}
        />
      ) : (
        <>
          <dl class="passport">
            {fields.map(({ key, label }) => (
              <div class="row apart" key={key}>
                <dt class="soft">{label}</dt>
                <dd class="num">{dates[key] ? dateWords(dates[key]) : "Not said"}</dd>
              </div>
            ))}
          </dl>
          {told && isOwner(row.body.household_id) && (
            <div>
              <Button kind="quiet" icon="pen" onPress={() => (open.value = true)}>
                Change its passport
              </Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}
