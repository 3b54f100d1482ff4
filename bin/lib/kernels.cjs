'use strict';
// Compiles the WebAssembly kernels: every assembly/<name>.ts of the folders below becomes compiled/<name>.ts beside it, a
// module that exports its code as base64 text, so that sources, bundles and workers load it alike and no binary is kept in
// git. A hash of sources and compiler stands in the first line: what is current is left alone. Run it directly, or call
// ensureKernels().
const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const root = require('./node.cjs').root;

const FOLDERS = [path.join(root, 'main', 'ml', 'kernels'), path.join(root, 'main', 'warehouse', 'kernels')];
const FLAGS = [
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--use',
  'abort=',
];

/** Modules are the files of the folder itself; files of its folders are parts that modules import. */
function moduleNames(folder) {
  const sources = path.join(folder, 'assembly');
  if (!fs.existsSync(sources)) return [];
  return fs
    .readdirSync(sources)
    .filter((name) => name.slice(-3) === '.ts')
    .map((name) => name.slice(0, -3))
    .sort();
}

function allSources(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .reduce((list, entry) => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return list.concat(allSources(file));
      return entry.name.slice(-3) === '.ts' ? list.concat(file) : list;
    }, []);
}

function compilerVersion() {
  const file = path.join(root, 'node_modules', 'assemblyscript', 'package.json');
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).version : null;
}

function fingerprint(folder) {
  const sources = path.join(folder, 'assembly');
  const hash = crypto.createHash('sha256').update(JSON.stringify([compilerVersion(), FLAGS]));
  allSources(sources).forEach((file) => {
    hash.update(path.relative(sources, file).split(path.sep).join('/')).update('\0').update(fs.readFileSync(file));
  });
  return hash.digest('hex');
}

const productOf = (folder, name) => path.join(folder, 'compiled', name + '.ts');
const firstLine = (mark) => '// Compiled from ../assembly; sources ' + mark;

function isCurrent(folder, name, mark) {
  const file = productOf(folder, name);
  if (!fs.existsSync(file)) return false;
  const head = firstLine(mark);
  return fs.readFileSync(file, 'utf8').slice(0, head.length) === head;
}

/** Builds what is stale, in a process of its own; throws with the compiler's output when that fails. */
function ensureKernels() {
  FOLDERS.forEach(ensureFolder);
}

function ensureFolder(folder) {
  const names = moduleNames(folder);
  if (names.length === 0) return;
  if (compilerVersion() === null) {
    process.stderr.write('augury: the compiler of the kernels is not installed; nothing was built.\n');
    return;
  }
  const mark = fingerprint(folder);
  const stale = names.filter((name) => !isCurrent(folder, name, mark));
  if (stale.length === 0) return;
  const compiler = path.join(__dirname, 'compile-kernel.mjs');
  stale.forEach((name) => {
    const source = path.relative(root, path.join(folder, 'assembly', name + '.ts'));
    const args = [compiler, root, source, productOf(folder, name), firstLine(mark)].concat(FLAGS);
    const done = childProcess.spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(String(done.stdout) + String(done.stderr));
  });
}

module.exports = { ensureKernels: ensureKernels };

if (require.main === module) {
  try {
    ensureKernels();
  } catch (error) {
    process.stderr.write(String(error.message) + '\n');
    process.exit(1);
  }
}
