import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Field } from "../../design/field";
import { Notice } from "../../design/notice";
import { newAct } from "../../features/act";
import { isOwner } from "../../features/household/people";
import { keepPassport, passportOf, type Passport } from "../../features/panels/panels";
import { dueWords, hoursWords } from "../../features/panels/passport";
import { say } from "../../features/toast";

type Dates = Omit<Passport, "light_hours">;
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

/** Hours of light, purchase, warranty, when to measure again. Asked of the server: without it, it is not shown. */
export function PassportPlate({ id }: { id: string }): JSX.Element | null {
  const passport = useSignal<Passport | null>(null);
  const open = useSignal(false);
  useEffect(() => {
    void passportOf(id).then(
      (told) => (passport.value = told),
      () => undefined,
    );
  }, [id]);
  const told = passport.value;
  if (!told) return null;
  const due = dueWords(told.measure_again_on, new Date());
  return (
    <section class="plate stack">
      <h2>Passport</h2>
      <p>{hoursWords(told.light_hours)}</p>
      {due && <Notice tone={due.now ? "warn" : "plain"}>{due.words}</Notice>}
      {open.value ? (
        <Change
          id={id}
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
                <dd class="num">{told[key] ?? "Not said"}</dd>
              </div>
            ))}
          </dl>
          {isOwner() && (
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
