/** For tests: one phone with its records, its world and a way to kill it. */

import { expect } from "vitest";
import { databaseName } from "../../store/early";
import { openStore } from "..";
import type { Records } from "../records";
import { TestWorld } from "./world";
import { Server } from "./server";

let persons = 0;

/** A person nobody has used before, so with empty databases. */
export const newPerson = (): string => `person-${++persons}`;

export const REGIMEN = {
  aim: "fine_lines",
  sites: ["face"],
  panel_id: null,
  wavelengths: { "660": { level_pct: 80, fluence_j_cm2: 6 } },
  days: [0, 2],
  local_time: "21:30",
  minutes: 9,
  distance_cm: 15,
  studied: "",
  started_on: "2026-03-02",
  ended_on: null,
};

export const rating = (value: number, note = ""): { aim: string; value: number; at: string; note: string } => ({
  aim: "fine_lines",
  value,
  at: "2026-03-02T08:00:00Z",
  note,
});

/** A phone of a new person, and their server. */
export async function setUp(): Promise<{ server: Server; phone: Phone }> {
  const user = newPerson();
  const server = new Server(user);
  return { server, phone: await Phone.open(server, user) };
}

/** The ratings that the server has. */
export const values = (server: Server): unknown[] =>
  server
    .live("rating")
    .map((row) => row.body?.["value"])
    .sort();

export class Phone {
  private constructor(
    readonly name: string,
    readonly world: TestWorld,
    readonly records: Records,
  ) {}

  /** `name` is the phone's: two phones of one person have databases of their own, though they lie on one disk here. */
  static async open(server: Server, name: string, world = new TestWorld(server)): Promise<Phone> {
    const phone = new Phone(name, world, await openStore(server.user, world, databaseName(name)));
    await phone.records.syncNow();
    return phone;
  }

  /** The app is killed without a word, and started again on the same phone. */
  async restart(): Promise<Phone> {
    this.records.close();
    return Phone.open(this.world.server, this.name, this.world);
  }

  offline(): void {
    this.world.fate = () => "request lost";
  }

  async online(): Promise<void> {
    this.world.fate = () => "through";
    await this.records.syncNow();
  }

  values(): number[] {
    return this.records.rows("rating").value.map((row) => row.body.value);
  }

  expectSettled(): void {
    expect(this.records.outbox.value).toEqual({ waiting: 0, refused: [] });
  }
}
