import { computed } from "@preact/signals";
import { rowsOf } from "../records";
import { entriesOf } from "./entries";

/** Every entry on this phone, the newest first; made once for all that ask. */
export const allEntries = computed(() => entriesOf(rowsOf("session"), rowsOf("session_log")));
