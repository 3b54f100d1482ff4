#!/usr/bin/env node
'use strict';
// `npm start`: the window where Electron's binary is installed, else the same application in a browser. Nothing is
// ever downloaded: Electron's package keeps the name of its binary in path.txt, and fetches it when merely required.
const fs = require('fs');
const path = require('path');
const node = require('./lib/node.cjs');

/** Electron's executable when it is installed, else null. */
function findElectron() {
  const folder = path.join(node.root, 'node_modules', 'electron');
  const marker = path.join(folder, 'path.txt');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const byPlatform = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
  const name = fs.existsSync(marker)
    ? fs.readFileSync(marker, 'utf8').trim()
    : byPlatform[process.platform] || 'electron';
  const candidate = override ? path.join(override, name) : path.join(folder, 'dist', name);
  if (!override && !fs.existsSync(marker)) return null;
  return fs.existsSync(candidate) ? candidate : null;
}

const args = process.argv.slice(2);
if (node.ensureNode(__filename, args)) {
  require('./lib/build.cjs').ensureBuilt();
  // Read by the host: an empty workspace gets the bundled synthetic project.
  process.env.AUGURY_SAMPLE = process.env.AUGURY_SAMPLE || 'telecom-churn';
  const electron = findElectron();
  if (electron !== null) {
    delete process.env.ELECTRON_RUN_AS_NODE;
    node.becomeProcess(electron, [node.root].concat(args));
  } else {
    process.stderr.write(
      'Electron is not installed here, so Augury opens in your browser instead (same application, served on this machine only).\n',
    );
    process.argv.splice(2, process.argv.length, 'serve', '--open', '--sample');
    args.forEach((arg) => {
      process.argv.push(arg);
    });
    require('./lib/load.cjs')(path.join(node.root, 'out', 'main', 'cli.js')).catch((error) => {
      process.stderr.write('augury: ' + (error && error.stack ? error.stack : String(error)) + '\n');
      process.exit(1);
    });
  }
}
