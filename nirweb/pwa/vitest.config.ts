import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@data": fileURLToPath(new URL("../../sessions_app", import.meta.url)) } },
  test: { include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["vitest.patience.ts"], testTimeout: 120_000, hookTimeout: 120_000, restoreMocks: true },
});
