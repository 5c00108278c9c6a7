// `npm run line`: types the messages of the live line from docs/phone-line.schema.json; with --check it only looks whether they are fresh.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const FROM = new URL("../../docs/phone-line.schema.json", import.meta.url);
const TO = new URL("src/features/line/schema.d.ts", import.meta.url);

const { $defs } = JSON.parse(readFileSync(FROM, "utf8").replaceAll("#/$defs/", "#/components/schemas/"));
const api = { openapi: "3.1.0", info: { title: "the phone's line", version: "1" }, paths: {}, components: { schemas: $defs } };
const text = `// Made by \`npm run line\`.\n${astToString(await openapiTS(api))}`;

if (!process.argv.includes("--check")) writeFileSync(TO, text);
else if (readFileSync(TO, "utf8") !== text) {
  console.error("src/features/line/schema.d.ts is stale: npm run line");
  process.exit(1);
}
