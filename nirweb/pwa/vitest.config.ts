import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@data": fileURLToPath(new URL("../../sessions_app", import.meta.url)) } },
  test: { include: ["src/**/*.test.{ts,tsx}"], testTimeout: 5000, restoreMocks: true },
});
