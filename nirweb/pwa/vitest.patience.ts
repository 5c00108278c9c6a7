/** A machine that others share may stand still for seconds: what a test waits for is waited for long. Speed is measured elsewhere. */
import { vi } from "vitest";

const PATIENCE_MS = 30_000;

const plain = vi.waitFor;
vi.waitFor = (check, options = PATIENCE_MS) => plain(check, options);
