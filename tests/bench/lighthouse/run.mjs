/** `node run.mjs PORT URL`: Lighthouse on a page in the browser that listens at PORT, with its cookies and storage; prints what it found. */
import lighthouse from "lighthouse";

const [port, url] = process.argv.slice(2);
const { lhr } = await lighthouse(url, { port: Number(port), output: "json", logLevel: "error", disableStorageReset: true });
if (lhr.runtimeError) throw new Error(`${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
const scores = Object.fromEntries(Object.values(lhr.categories).map((one) => [one.title, Math.round(one.score * 100)]));
const weighed = new Set(Object.values(lhr.categories).flatMap((one) => one.auditRefs.filter((ref) => ref.weight > 0).map((ref) => ref.id)));
const short = Object.values(lhr.audits)
  .filter((one) => weighed.has(one.id) && one.score !== null && one.score < 1)
  .map((one) => `${one.id}: ${one.displayValue || one.title} ${JSON.stringify(one.details?.items ?? []).slice(0, 400)}`);
console.log(JSON.stringify({ scores, short }));
