/** Runs before every test file: better-sqlite3 dies without a word on old Nodes, so say it first. */
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  throw new Error(`tests need the pinned Node 24, this is ${process.versions.node}: run them with "npm test"`);
}
