import type { JSX } from "preact";
import { noted } from "../../features/checkin/draft";
import { zone } from "../../features/records";
import { whenOf } from "../../features/words";
import type { Row } from "../../store/entities";
import "./checkin.css";

/** A check-in, as it was given. */
export function CheckInWords({ row }: { row: Row<"checkin"> }): JSX.Element {
  const { body } = row;
  return (
    <div class="plate flat stack checkin-said">
      <p class="row apart">
        <span class="small soft num">{whenOf(new Date(body.at), zone.value)}</span>
        {body.comfort !== null && <span class="small num">Comfort {body.comfort} of 10</span>}
      </p>
      <p>{noted(body)}</p>
      {body.note && <p class="soft">{body.note}</p>}
    </div>
  );
}
