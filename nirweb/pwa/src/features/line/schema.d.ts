// Made by `npm run line`.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** BridgeNote */
        BridgeNote: {
            /**
             * Bridge Id
             * Format: uuid
             */
            bridge_id: string;
            /** Online */
            online: boolean;
            /**
             * Twice
             * @default false
             */
            twice: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "bridge";
        };
        /** Channel */
        Channel: {
            /** Max Pct */
            max_pct: number;
            /** Min Pct */
            min_pct: number;
            /** Wavelength Nm */
            wavelength_nm: number;
        };
        /**
         * Check
         * @description Answer with a `ticket` now and every 3 s, until the panel is no longer watched. A new check takes its place.
         */
        Check: {
            /** Distance Cm */
            distance_cm: number;
            /** Duration S */
            duration_s: number;
            /** Eyewear */
            eyewear: boolean;
            /** Levels Pct */
            levels_pct: {
                [key: string]: number;
            };
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /**
             * Regimen Id
             * @default null
             */
            regimen_id: string | null;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** Sites */
            sites: string[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "check";
        };
        /**
         * Clearance
         * @description What the server allows for one run; the bridge enforces it again, and takes its own limit where that is lower [B20].
         *
         *     `max_fluence_j_cm2` and `irradiance_mw_cm2` (at level 100 %, at the confirmed distance) are None when the irradiance is
         *     unknown: then only `max_duration_s` bounds the run, and no dose is claimed.
         */
        Clearance: {
            /** Irradiance Mw Cm2 */
            irradiance_mw_cm2: {
                [key: string]: number;
            } | null;
            /** Max Duration S */
            max_duration_s: number;
            /** Max Fluence J Cm2 */
            max_fluence_j_cm2: number | null;
            /** Max Level Pct */
            max_level_pct: {
                [key: string]: number;
            };
            /**
             * Person Id
             * Format: uuid
             */
            person_id: string;
            /** Sites */
            sites: string[];
            /** Wavelengths Nm */
            wavelengths_nm: number[];
        };
        /** CommandNote */
        CommandNote: {
            /** Code */
            code: string;
            /**
             * Command Id
             * Format: uuid
             */
            command_id: string;
            /** Detail */
            detail: string;
            /** Kind */
            kind: string;
            /** Session Id */
            session_id: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "sent" | "granted" | "ok" | "failed" | "expired" | "cancelled";
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "command";
        };
        /** Estimate */
        Estimate: {
            /** Fluence J Cm2 */
            fluence_j_cm2: {
                [key: string]: number;
            } | null;
        };
        /**
         * FaultNote
         * @description A message was not understood, or not allowed. The line stays open unless `fatal`.
         */
        FaultNote: {
            /**
             * About
             * @default
             * @enum {string}
             */
            about: "" | "watch" | "check" | "still_here" | "levels";
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Fatal */
            fatal: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "fault";
        };
        /** FoundNote */
        FoundNote: {
            /**
             * Bridge Id
             * Format: uuid
             */
            bridge_id: string;
            /** Panels */
            panels: components["schemas"]["FoundPanel"][];
            /** Problem */
            problem: string;
            /** Scanning */
            scanning: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "found";
        };
        /**
         * FoundPanel
         * @description One panel in the air, read but never probed with writes.
         */
        FoundPanel: {
            /**
             * Blinks
             * @default never
             * @enum {string}
             */
            blinks: "always" | "paired" | "never";
            /**
             * Bonds
             * @default false
             */
            bonds: boolean;
            /** Channels */
            channels: components["schemas"]["Channel"][];
            /** Confirm */
            confirm: ("token" | "status" | "none") | null;
            /** Connectable */
            connectable: boolean;
            /** Found Id */
            found_id: string;
            identity: components["schemas"]["Identity"] | null;
            /** Name */
            name: string;
            /** Paired Panel Id */
            paired_panel_id: string | null;
            /** Profile */
            profile: string | null;
            /** Rssi Dbm */
            rssi_dbm: number;
            /** Safety */
            safety: ("deadman" | "hw_timer" | "none") | null;
            /** Virtual */
            virtual: boolean;
        };
        FromPhone: components["schemas"]["Watch"] | components["schemas"]["PairAnew"] | components["schemas"]["Check"] | components["schemas"]["StillHere"] | components["schemas"]["SetLevels"] | components["schemas"]["Ping"];
        /**
         * Identity
         * @description What must all match before anything is written to a panel [B30].
         */
        Identity: {
            /** Address */
            address: string;
            /** Gatt Fingerprint */
            gatt_fingerprint: string;
            /** Profile */
            profile: string;
            /** Profile Hash */
            profile_hash: string;
            /** Serial */
            serial: string;
        };
        /**
         * PairAnew
         * @description The bond of a panel that says `bond_lost` is to be made anew, by a person who stands at it; its state tells the rest.
         */
        PairAnew: {
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "pair_anew";
        };
        /**
         * PanelStateNote
         * @description What the bridge just heard of a panel; never stored, so its age is its whole worth.
         *
         *     Without one for 3 s in a run the state is unknown, and is shown so. Of another person's session only that it is there, whose
         *     and until when: `session_id`, `levels_pct` and `elapsed_on_s` are null [M4].
         */
        PanelStateNote: {
            /** Elapsed On S */
            elapsed_on_s: number | null;
            /** End Reason */
            end_reason: ("completed" | "client" | "deadman" | "link_lost" | "over_temperature" | "button" | "power" | "not_confirmed" | "late" | "over_limit" | "refused" | "bridge_restart" | "unattended" | "unknown") | null;
            /**
             * Foreign
             * @default false
             */
            foreign: boolean;
            /** Levels Pct */
            levels_pct: {
                [key: string]: number;
            } | null;
            /**
             * Link
             * @enum {string}
             */
            link: "absent" | "connecting" | "connected" | "suspect";
            /** Mine */
            mine: boolean;
            /** Off Confirmed */
            off_confirmed: boolean | null;
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /**
             * Passkey
             * @default null
             */
            passkey: string | null;
            /** Person Id */
            person_id: string | null;
            /** Remaining S */
            remaining_s: number | null;
            /**
             * Run
             * @enum {string}
             */
            run: "idle" | "arming" | "running" | "commanded" | "stopping" | "ended" | "unknown" | "fault";
            /** Session Id */
            session_id: string | null;
            /**
             * Sources
             * @default panel
             * @enum {string}
             */
            sources: "panel" | "commanded";
            /** Status Age Ms */
            status_age_ms: number | null;
            /** Temperature C */
            temperature_c: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "panel_state";
            /**
             * Wrong
             * @default null
             */
            wrong: ("not_bonded" | "bond_lost" | "another") | null;
        };
        /** Ping */
        Ping: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ping";
        };
        /** Pong */
        Pong: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "pong";
        };
        /**
         * ReasonOut
         * @description Why not, or what to mind. `sentence` is for the person; `code` is stable.
         */
        ReasonOut: {
            /** About */
            about: string;
            /** Asks */
            asks: string;
            /** Code */
            code: string;
            /** Lifts At */
            lifts_at: string | null;
            /** Limit */
            limit: string;
            /** Sentence */
            sentence: string;
            /** Source */
            source: string;
        };
        /**
         * SessionNote
         * @description One of the person's sessions changed.
         */
        SessionNote: {
            /** Confirmed */
            confirmed: boolean;
            /** End Reason */
            end_reason: string;
            /** Full Level S */
            full_level_s: {
                [key: string]: number;
            };
            /** Off Confirmed */
            off_confirmed: boolean | null;
            /** On S */
            on_s: number;
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /** Run No */
            run_no: number;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** State */
            state: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "session";
        };
        /**
         * SetLevels
         * @description Other levels in a run of this person's that is lit, within its clearance: as the route of that name, without its way.
         *
         *     The command's fate comes as `command` notes, a refusal as a `fault`. At most four a second.
         */
        SetLevels: {
            /** Levels Pct */
            levels_pct: {
                [key: string]: number;
            };
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "levels";
        };
        /** StillHere */
        StillHere: {
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "still_here";
        };
        /**
         * SyncNote
         * @description Something changed: pull.
         */
        SyncNote: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "sync";
        };
        /** TicketNote */
        TicketNote: {
            /** Allowed */
            allowed: boolean;
            /** Cautions */
            cautions: components["schemas"]["ReasonOut"][];
            clearance: components["schemas"]["Clearance"] | null;
            estimate: components["schemas"]["Estimate"] | null;
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /** Provenance */
            provenance: string;
            /** Reasons */
            reasons: components["schemas"]["ReasonOut"][];
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** Ticket */
            ticket: string | null;
            /** Ticket Life Ms */
            ticket_life_ms: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ticket";
        };
        ToPhone: components["schemas"]["PanelStateNote"] | components["schemas"]["CommandNote"] | components["schemas"]["SessionNote"] | components["schemas"]["FoundNote"] | components["schemas"]["TicketNote"] | components["schemas"]["SyncNote"] | components["schemas"]["BridgeNote"] | components["schemas"]["Pong"] | components["schemas"]["FaultNote"];
        /**
         * Watch
         * @description The session screen of a panel is open, or closed. Lasts as long as the line.
         */
        Watch: {
            /** On */
            on: boolean;
            /**
             * Panel Id
             * Format: uuid
             */
            panel_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "watch";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
