/**
 * Runs before every test file. Property tests draw from one seed, so that a run says something about the code and not
 * about luck; AUGURY_PROPERTY_SEED=random looks further, and a number repeats what was found.
 */
import fc from 'fast-check';

const wanted = process.env.AUGURY_PROPERTY_SEED ?? '20261121';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });

// better-sqlite3 dies without a word on old Nodes, so say it first.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  throw new Error(`tests need the pinned Node 24, this is ${process.versions.node}: run them with "npm test"`);
}
