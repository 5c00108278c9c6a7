/** A place that reacted is held until it is released, as `sessions_app/therapy/holds.py`. */

import { dayOf } from "./localtime";
import { sitesInWords } from "./sites";
import type { CheckIn, Moment, Reason, Release } from "./values";
import { dayInWords, listed, say } from "./wording";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const EVERYWHERE = "all";
const EYES = "trouble with your eyes";

/** What stands in the way of every start on a site. */
export interface Hold {
  checkin_id: string;
  /** A site id, or `all`. */
  site: string;
  signs: readonly string[];
  needs: "self" | "clinician";
  noted_at: Moment;
  wait_ms: number | null;
  /** From when the person may release it; null where only a clinician's agreement does. */
  releasable_at: Moment | null;
}

/** Every hold that this check-in asks for, released or not. */
export function holdsOf(checkin: CheckIn): Hold[] {
  const sites = checkin.sites.length > 0 ? checkin.sites : [EVERYWHERE];
  const found = sites.flatMap((site) => onSite(checkin, site));
  return checkin.eye_trouble ? [...found, hold(checkin, EVERYWHERE, [EYES], null)] : found;
}

/** The holds that nothing has released yet, the newest first. */
export function inForce(checkins: readonly CheckIn[], releases: readonly Release[], now: Moment): Hold[] {
  const found = checkins.flatMap((checkin) =>
    holdsOf(checkin).filter((one) => !releases.some((release) => released(one, checkin, release, now))),
  );
  return found.sort((one, other) => other.noted_at - one.noted_at);
}

/** The reason of every hold that one of these sites falls under. */
export const forbid = (sites: readonly string[], holds: readonly Hold[], zone: string): Reason[] =>
  holds.filter((one) => one.site === EVERYWHERE || sites.includes(one.site)).map((one) => reasonOf(one, zone));

function onSite(checkin: CheckIn, site: string): Hold[] {
  const signs = [
    { sign: "swelling", seen: checkin.swelling > 0, wait_ms: 24 * HOUR_MS },
    { sign: "headache", seen: checkin.headache > 0, wait_ms: 24 * HOUR_MS },
    { sign: "lasting redness", seen: checkin.redness_lasting, wait_ms: 48 * HOUR_MS },
  ].filter((one) => one.seen);
  const found = checkin.blister ? [hold(checkin, site, ["a blister"], null)] : [];
  if (signs.length === 0) return found;
  const wait_ms = Math.max(...signs.map((one) => one.wait_ms));
  return [...found, hold(checkin, site, signs.map((one) => one.sign), wait_ms)];
}

function hold(checkin: CheckIn, site: string, signs: readonly string[], wait_ms: number | null): Hold {
  // of the phone's and the server's time the later one: a slow clock does not shorten a hold
  const since = Math.max(checkin.at, checkin.stored_at ?? checkin.at);
  return {
    checkin_id: checkin.id,
    site,
    signs,
    needs: wait_ms === null ? "clinician" : "self",
    noted_at: checkin.at,
    wait_ms,
    releasable_at: wait_ms === null ? null : since + wait_ms,
  };
}

function released(one: Hold, checkin: CheckIn, release: Release, now: Moment): boolean {
  if (release.checkin_id !== one.checkin_id || release.site !== one.site) return false;
  if (release.kind === "clinician") return agreedAfter(checkin, release, now);
  if (one.wait_ms === null || one.releasable_at === null) return false;
  // the person waited by their own clock, and the time has passed by the server's too
  return release.at >= checkin.at + one.wait_ms && now >= Math.max(release.at, one.releasable_at);
}

/** Dates carry no zone: a day either way is allowed. */
function agreedAfter(checkin: CheckIn, release: Release, now: Moment): boolean {
  if (release.agreed_on === null) return false;
  return dayOf(checkin.at - DAY_MS, "UTC") <= release.agreed_on && release.agreed_on <= dayOf(now + DAY_MS, "UTC");
}

function reasonOf(one: Hold, zone: string): Reason {
  const everywhere = one.site === EVERYWHERE;
  const values = {
    place: everywhere ? "" : sitesInWords([one.site]),
    signs: listed(one.signs),
    day: dayInWords(dayOf(one.noted_at, zone)),
  };
  return say(everywhere ? codeEverywhere(one) : codeOnSite(one), { about: one.site, lifts_at: one.releasable_at, values });
}

const codeOnSite = (one: Hold): string => (one.needs === "clinician" ? "hold_site_clinician" : "hold_site");

function codeEverywhere(one: Hold): string {
  if (one.needs === "self") return "hold_all_self";
  return one.signs.includes(EYES) ? "hold_all" : "hold_all_clinician";
}
