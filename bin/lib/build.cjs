'use strict';
// Builds a checkout when its output is missing or older than its sources. A packaged application has no sources and is
// left alone. Several commands started at once build once: the others wait for a lock that dies with its owner.
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const root = require('./node.cjs').root;

const SOURCES = ['main', 'preload', 'renderer', 'electron.vite.config.ts', 'package.json'];
const PRODUCTS = ['out/main/cli.js', 'out/main/host.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

function newest(target, limit) {
  const stat = fs.statSync(target);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A folder's own time moves when a file in it is added or removed.
  let latest = stat.mtimeMs;
  const names = fs.readdirSync(target);
  for (let i = 0; i < names.length && latest <= limit; i += 1) {
    latest = Math.max(latest, newest(path.join(target, names[i]), limit));
  }
  return latest;
}

function isCheckout() {
  return fs.existsSync(path.join(root, 'electron.vite.config.ts')) && fs.existsSync(path.join(root, 'main'));
}

function needsBuild() {
  if (!isCheckout() || process.env.AUGURY_NO_BUILD === '1') return false;
  let oldest = Infinity;
  for (let i = 0; i < PRODUCTS.length; i += 1) {
    const product = path.join(root, PRODUCTS[i]);
    if (!fs.existsSync(product)) return true;
    oldest = Math.min(oldest, fs.statSync(product).mtimeMs);
  }
  return SOURCES.some((source) => {
    const file = path.join(root, source);
    return fs.existsSync(file) && newest(file, oldest) > oldest;
  });
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes the lock; false when another process held it meanwhile (so that the caller looks again). */
function takeLock(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  let owner = 0;
  try {
    owner = parseInt(fs.readFileSync(lock, 'utf8'), 10);
  } catch (_error) {
    return false;
  }
  if (owner > 0 && !isAlive(owner)) {
    try {
      fs.unlinkSync(lock);
    } catch (_error) {
      // another waiter removed it first
    }
  } else {
    pause(200);
  }
  return false;
}

/** Builds under the lock when needed; gives null when all is current, or why it could not. */
function build() {
  const builder = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  if (!fs.existsSync(builder)) {
    return 'the program is not built and its build tools are missing. Run "npm ci" in ' + root + '.';
  }
  const lock = path.join(root, 'node_modules', '.augury-build.lock');
  while (!takeLock(lock)) {
    if (!needsBuild()) return null;
  }
  try {
    if (!needsBuild()) return null;
    process.stderr.write('augury: building (first use, or the sources changed) ...\n');
    require('./kernels.cjs').ensureKernels();
    const done = childProcess.spawnSync(process.execPath, [builder, 'build', '--logLevel', 'error'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    return done.status === 0
      ? null
      : String(done.stdout) + String(done.stderr) + 'the build failed; the lines above say why.';
  } finally {
    fs.unlinkSync(lock);
  }
}

/** Makes sure `out/` is there and current; false, with the reason on stderr, when it cannot be. */
function tryBuild() {
  const problem = needsBuild() ? build() : null;
  if (problem !== null) process.stderr.write('augury: ' + problem + '\n');
  return problem === null;
}

/** The same, ending the process when it cannot be. */
function ensureBuilt() {
  if (!tryBuild()) process.exit(1);
}

module.exports = { ensureBuilt: ensureBuilt, needsBuild: needsBuild, tryBuild: tryBuild };
