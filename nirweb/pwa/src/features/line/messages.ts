/** What is said on the phone's live line (`sessions_app/panels/phone_wire.py`). */
import type { Levels } from "../../store/entities";

export interface CheckBody {
  session_id: string;
  panel_id: string;
  sites: string[];
  distance_cm: number;
  duration_s: number;
  levels_pct: Levels;
  eyewear: boolean;
  regimen_id: string | null;
}

/** Why not, or what to mind. */
export interface Reason {
  code: string;
  sentence: string;
  limit: string;
  source: string;
  lifts_at: string | null;
  asks: string;
  about: string;
}

export interface Clearance {
  max_level_pct: Levels;
  max_duration_s: number;
  max_fluence_j_cm2: number | null;
}

export interface Verdict {
  allowed: boolean;
  reasons: Reason[];
  cautions: Reason[];
  clearance: Clearance | null;
  estimate: { fluence_j_cm2: Record<string, number> | null } | null;
  provenance: string;
  ticket: string | null;
  ticket_life_ms: number;
}

export type RunState = "idle" | "arming" | "running" | "commanded" | "stopping" | "ended" | "unknown" | "fault";

export interface PanelState {
  type: "panel_state";
  panel_id: string;
  link: "absent" | "connecting" | "connected" | "suspect";
  run: RunState;
  session_id: string | null;
  levels_pct: Levels | null;
  remaining_s: number | null;
  elapsed_on_s: number | null;
  temperature_c: number | null;
  end_reason: string | null;
  off_confirmed: boolean | null;
  foreign: boolean;
  status_age_ms: number | null;
  sources: "panel" | "commanded";
  /** The panel waits for these six digits to be typed in at it. */
  passkey: string | null;
  mine: boolean;
  /** Whose session it is, of the people of the household. */
  person_id: string | null;
}

export interface CommandNote {
  type: "command";
  command_id: string;
  kind: string;
  session_id: string | null;
  state: "sent" | "granted" | "ok" | "failed" | "expired" | "cancelled";
  code: string;
  detail: string;
}

export interface SessionNote {
  type: "session";
  session_id: string;
  panel_id: string;
  state: string;
  run_no: number;
  end_reason: string;
  off_confirmed: boolean | null;
  on_s: number;
  full_level_s: Record<string, number>;
  confirmed: boolean;
}

export interface FoundPanel {
  found_id: string;
  name: string;
  rssi_dbm: number;
  connectable: boolean;
  /** None: no profile fits. */
  profile: string | null;
  channels: { wavelength_nm: number; min_pct: number; max_pct: number }[];
  safety: "deadman" | "hw_timer" | "none" | null;
  confirm: "token" | "status" | "none" | null;
  /** Whether it can show which one it is: also before it is paired, only then, or not at all. */
  blinks?: "always" | "paired" | "never";
  paired_panel_id: string | null;
  virtual: boolean;
  /** It is paired with a code. */
  bonds?: boolean;
}

export interface FoundNote {
  type: "found";
  bridge_id: string;
  scanning: boolean;
  problem: string;
  panels: FoundPanel[];
}
export interface TicketNote extends Verdict {
  type: "ticket";
  session_id: string;
  panel_id: string;
}
export interface BridgeNote {
  type: "bridge";
  bridge_id: string;
  online: boolean;
  twice: boolean;
}

export type ToPhone =
  | PanelState
  | CommandNote
  | SessionNote
  | FoundNote
  | TicketNote
  | BridgeNote
  | { type: "sync" }
  | { type: "pong" }
  | { type: "fault"; about: "" | "watch" | "check" | "still_here" | "levels"; code: string; detail: string; fatal: boolean };

export type FromPhone =
  | { type: "watch"; panel_id: string; on: boolean }
  | ({ type: "check" } & CheckBody)
  | { type: "still_here"; session_id: string }
  | { type: "levels"; session_id: string; levels_pct: Levels }
  | { type: "ping" };
