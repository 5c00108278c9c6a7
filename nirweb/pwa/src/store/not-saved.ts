/** The phone could not keep what was written; nothing may be told as saved [Y60]. */
export class NotSaved extends Error {
  constructor(
    readonly reason: "phone_full" | "storage_failed" | "closed",
    cause?: unknown,
  ) {
    super(`not saved: ${reason}`, { cause });
    this.name = "NotSaved";
  }
}
