/** Why a session ended, in words that stand before a time. */
const reasons: Record<string, string> = {
  completed: "Done as planned",
  client: "Stopped by you",
  deadman: "Panel went off by itself when the bridge fell silent",
  link_lost: "Link to the panel was lost",
  over_temperature: "Panel got too warm",
  button: "Stopped at the panel's button",
  power: "Panel lost its power",
  not_confirmed: "Panel did not confirm, so it was turned off",
  late: "Started too late, so it was refused",
  over_limit: "A limit was reached",
  refused: "Panel refused",
  bridge_restart: "Bridge was started anew",
  unattended: "No answer to “still here?”",
  unknown: "Not known why",
};

export const endedBecause = (reason: string): string => reasons[reason] ?? "Ended";
