import { EVERYWHERE, inForce, type Hold } from "../../domain/holds";
import type { CheckIn, Release } from "../../domain/values";
import type { Bodies, Row } from "../../store/entities";
import { placeNames } from "../places";
import { dayOf, localDate } from "../words";

export const checkinOf = ({ id, body }: Row<"checkin">): CheckIn => ({
  id,
  sites: body.sites,
  at: Date.parse(body.at),
  stored_at: null,
  swelling: body.swelling,
  headache: body.headache,
  redness_lasting: body.redness_lasting,
  blister: body.blister,
  eye_trouble: body.eye_trouble,
});

export const releaseOf = ({ body }: Row<"hold_release">): Release => ({
  checkin_id: body.checkin_id,
  site: body.site,
  kind: body.kind,
  agreed_on: body.agreed_on,
  at: Date.parse(body.at),
});

/** The places that are held now, the newest first. The server decides at a start; this says it beforehand. */
export const holdsNow = (checkins: readonly Row<"checkin">[], releases: readonly Row<"hold_release">[], now: Date): Hold[] =>
  inForce(checkins.map(checkinOf), releases.map(releaseOf), now.getTime());

export const holdPlace = (hold: Hold): string => (hold.site === EVERYWHERE ? "Every place" : placeNames([hold.site]));
export const isReleasable = (hold: Hold, now: Date): boolean => hold.releasable_at !== null && hold.releasable_at <= now.getTime();

/** The record that lifts a hold. `agreedOn` is the day of a clinician's agreement, where one is needed. */
export const releaseOfHold = (hold: Hold, now: Date, agreedOn: string | null): Bodies["hold_release"] => ({
  site: hold.site,
  checkin_id: hold.checkin_id,
  kind: hold.needs,
  agreed_on: hold.needs === "clinician" ? agreedOn : null,
  at: now.toISOString(),
});

/** The days that a clinician's agreement may be of, where the person's days are: from the day of what was noted to today. */
export const agreementDays = (hold: Hold, now: Date, zone: string): { first: string; last: string } => ({
  first: localDate(new Date(hold.noted_at), zone),
  last: localDate(now, zone),
});

/** What is wrong with that day, and which it may be; null where nothing is. */
export function wrongAgreementDay(day: string, hold: Hold, now: Date, zone: string): string | null {
  const { first, last } = agreementDays(hold, now, zone);
  if (day >= first && day <= last) return null;
  const from = dayOf(new Date(hold.noted_at), zone);
  const to = dayOf(now, zone);
  const may = first === last ? `It can only be today, ${to}.` : `It can be from ${from} to today, ${to}.`;
  if (day === "") return `Enter the day on which a clinician saw it and agreed. ${may}`;
  return `${day < first ? `That day is before you noted it, on ${from}.` : "That day lies ahead."} ${may}`;
}
