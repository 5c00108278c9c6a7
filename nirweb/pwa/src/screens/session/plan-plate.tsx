import { batch, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Button } from "../../design/button";
import { Fader } from "../../design/fader";
import { Group, Pick } from "../../design/field";
import { lightName, Swatch } from "../../design/swatch";
import { placeNames } from "../../features/places";
import { stepWords } from "../../features/plan/build-up";
import { rowOf } from "../../features/records";
import { LONGEST_MIN, levelsFor, numberIn, settled, type Wish } from "../../features/session/wish";
import { DoseFields, following, type Amount } from "../parts/dose-fields";
import { Places } from "../parts/places";

function Summary({ wish, onChange }: { wish: Wish; onChange: () => void }): JSX.Element {
  const course = wish.regimenId ? rowOf("regimen", wish.regimenId) : undefined;
  return (
    <div class="stack summary">
      <div class="row apart summary-head">
        <h2 class="grow">{placeNames(wish.sites.value)}</h2>
        <Button kind="quiet" onPress={onChange}>
          Change
        </Button>
      </div>
      <p class="num">
        {wish.minutes.value} min at {wish.distance.value} cm
      </p>
      {course && stepWords(course) && <p class="soft small">{stepWords(course)}</p>}
      <ul class="lights">
        {Object.entries(wish.levels.value).map(([nm, level]) => (
          <li class="row num" key={nm}>
            <Swatch wavelengthNm={Number(nm)} /> {lightName(Number(nm))}, {level === 0 ? "off" : `${level} %`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function WhichPanel({ wish }: { wish: Wish }): JSX.Element | null {
  if (wish.panels.value.length < 2) return null;
  return (
    <Group legend="Panel">
      {wish.panels.value.map((row) => (
        <Pick
          key={row.id}
          kind="one"
          name="panel"
          label={row.body.name}
          checked={row.id === wish.panelId.value}
          onPick={() => {
            wish.panelId.value = row.id;
            wish.levels.value = levelsFor(row.body, wish.levels.value);
          }}
        />
      ))}
    </Group>
  );
}

function Edit({ wish }: { wish: Wish }): JSX.Element {
  const channels = wish.panel.value?.body.channels ?? [];
  const amount: Amount = { distance: wish.distance.value, minutes: wish.minutes.value, levels: wish.levels.value };
  const change = (part: Partial<Amount>): void => {
    batch(() => {
      if (part.distance !== undefined) wish.distance.value = part.distance;
      if (part.minutes !== undefined) wish.minutes.value = part.minutes;
      if (part.levels !== undefined) wish.levels.value = part.levels;
    });
  };
  // a second panel that comes while the plan is open moves nothing in it: its choice stands at the end
  const first = useMemo(() => wish.panels.peek().length > 1, [wish]);
  return (
    <div class="stack">
      {first && <WhichPanel wish={wish} />}
      <Places legend="Where does the light go?" chosen={wish.sites.value} onChange={(chosen) => (wish.sites.value = chosen)} />
      <DoseFields
        amount={amount}
        channels={channels}
        held={wish.held}
        onChange={change}
        wrong={{
          distance: wish.distance.value !== "" && numberIn(wish.distance.value, 0.5, 300) === null ? "Between 0.5 and 300 cm" : null,
          minutes: wish.minutes.value !== "" && numberIn(wish.minutes.value, 0.1, LONGEST_MIN) === null ? `Up to ${LONGEST_MIN} minutes` : null,
        }}
      />
      {channels.map((channel) => (
        <Fader
          key={channel.wavelength_nm}
          wavelengthNm={channel.wavelength_nm}
          valuePct={wish.levels.value[channel.wavelength_nm] ?? 0}
          minPct={0}
          maxPct={channel.max_pct}
          onMove={(value) => {
            change(following(amount, { levels: { ...wish.levels.value, [channel.wavelength_nm]: settled(value, channel) } }, channels, wish.held.value));
          }}
        />
      ))}
      {!first && <WhichPanel wish={wish} />}
    </div>
  );
}

/** Asked once, then only confirmed: closed it is three lines, open it is the whole plan. */
export function PlanPlate({ wish }: { wish: Wish }): JSX.Element {
  const open = useSignal(wish.body.peek() === null);
  const whole = wish.body.value !== null;
  return (
    <section class="plate stack" aria-label="This session">
      {open.value ? (
        <>
          <Edit wish={wish} />
          {whole && (
            <Button kind="plain" icon="check" onPress={() => (open.value = false)}>
              That is right
            </Button>
          )}
        </>
      ) : (
        <Summary wish={wish} onChange={() => (open.value = true)} />
      )}
    </section>
  );
}
