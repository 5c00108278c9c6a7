import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Group, Pick } from "../../design/field";
import { Notice } from "../../design/notice";
import { me } from "../../features/account/me";
import { opened, phototype } from "../../features/records";
import { notSavedWords } from "../../features/saving";

/** Fitzpatrick's types, told by what sun does. */
const types: readonly { id: number | null; words: string; more?: string }[] = [
  { id: null, words: "Not said" },
  { id: 1, words: "I", more: "Burns always, never tans" },
  { id: 2, words: "II", more: "Burns easily, tans little" },
  { id: 3, words: "III", more: "Burns at times, tans slowly" },
  { id: 4, words: "IV", more: "Burns little, tans well" },
  { id: 5, words: "V", more: "Brown skin, burns rarely" },
  { id: 6, words: "VI", more: "Very dark skin, burns hardly ever" },
];

/** May be left open. Where it is said it can only lower a limit. */
export function Skin(): JSX.Element {
  const wrong = useSignal<string | null>(null);
  const choose = (id: number | null): void => {
    const person = me.value?.id;
    if (!person) return;
    opened()
      .write("profile", { phototype: id }, { id: person })
      .then(
        () => (wrong.value = null),
        (error: unknown) => (wrong.value = notSavedWords(error)),
      );
  };
  return (
    <>
      <Group
        legend="Your skin in the sun"
        hint="You may leave this open. From IV on the dose limits are two thirds: in two trials (STARS 1 and 2) darker skin tolerated 320 J/cm² of red light, light skin 480. Which types that is taken for is NIRWeb’s own cautious policy."
      >
        {types.map((one) => (
          <Pick key={one.words} kind="one" name="phototype" label={one.words} more={one.more} checked={phototype.value === one.id} onPick={() => { choose(one.id); }} />
        ))}
      </Group>
      {wrong.value && <Notice tone="bad" live>{wrong.value}</Notice>}
    </>
  );
}
