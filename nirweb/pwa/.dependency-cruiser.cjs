// The one way round: main → screens → features → sync → store → domain; design stands beside, and knows none of them.
const rooms = ["main", "screens", "features", "sync", "store", "domain"];
const room = (name) => (name === "main" ? "^src/main" : `^src/${name}/`);
const upward = rooms.slice(1).map((name, index) => ({
  name: `${name}-never-imports-up`,
  severity: "error",
  from: { path: room(name) },
  to: { path: rooms.slice(0, index + 1).map(room) },
}));

module.exports = {
  forbidden: [
    ...upward,
    { name: "design-knows-no-room", severity: "error", from: { path: "^src/design/" }, to: { path: rooms.map(room) } },
    { name: "design-is-for-what-is-seen", severity: "error", from: { path: "^src/(sync|store|domain)/" }, to: { path: "^src/design/" } },
    { name: "worker-only-sends-what-waits", severity: "error", from: { path: "^src/sw/" }, to: { path: "^src/", pathNot: "^src/(sw/|sync/background)" } },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-loose-ends", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.app.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["[.]css$", "[.]json$"] },
  },
};
