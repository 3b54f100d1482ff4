'use strict';
// Plain CommonJS in old syntax: this file must parse under every Node a user may have, so that it can say what to do.
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '..', '..');
const MINIMUM_MAJOR = 22;

function major(version) {
  return parseInt(String(version).split('.')[0], 10);
}

/** The Node that came with the installation, or null. */
function findPinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [path.join(root, 'node_modules', 'node', 'bin', name), path.join(root, '..', 'cli', name)];
  for (let i = 0; i < candidates.length; i += 1) {
    if (fs.existsSync(candidates[i])) return candidates[i];
  }
  return null;
}

/** Runs a program with our stdio, hands signals on and ends the way it ended. */
function becomeProcess(file, args, env) {
  const child = childProcess.spawn(file, args, { stdio: 'inherit', env: env || process.env });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((name) => {
    process.on(name, () => {
      // A terminal sends Ctrl-C to the whole group already; a second one would read as "force".
      if (name === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(name);
    });
  });
  child.on('error', (error) => {
    process.stderr.write('augury: ' + file + ' could not be started: ' + error.message + '\n');
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    process.exit(code === null ? 1 : code);
  });
}

/**
 * True when this Node can run Augury. Otherwise starts `script` again under the pinned Node, or says what to do and
 * ends; the caller just returns.
 */
function ensureNode(script, args) {
  if (major(process.versions.node) >= MINIMUM_MAJOR) return true;
  const pinned = findPinnedNode();
  if (pinned === null || process.env.AUGURY_REEXECUTED === '1') {
    process.stderr.write(
      'augury: this is Node ' +
        process.versions.node +
        ', and Augury needs Node ' +
        MINIMUM_MAJOR +
        ' or newer. Run "npm ci" in ' +
        root +
        ' (it brings the right one along), or install Node 24.\n',
    );
    process.exit(1);
  }
  const env = Object.assign({}, process.env, { AUGURY_REEXECUTED: '1' });
  becomeProcess(pinned, [script].concat(args), env);
  return false;
}

module.exports = { becomeProcess: becomeProcess, ensureNode: ensureNode, findPinnedNode: findPinnedNode, root: root };
