#!/usr/bin/env node
'use strict';
// `npm run dev`: builds, starts the application (the window where Electron is installed, else the served one), and does
// both again whenever a source changes. Reload the page to see a change of the renderer.
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const node = require('./lib/node.cjs');

const QUIET_MS = 300;

function develop() {
  const build = require('./lib/build.cjs');
  let running = null;
  let timer = null;

  const start = function () {
    const args = [path.join(node.root, 'bin', 'start.cjs')].concat(process.argv.slice(2));
    running = childProcess.spawn(process.execPath, args, { stdio: 'inherit' });
    running.on('exit', function (_code, _signal) {
      running = null;
    });
  };

  const again = function () {
    if (!build.tryBuild()) return;
    if (running === null) return start();
    running.once('exit', start);
    running.kill('SIGTERM');
  };

  ['main', 'preload', 'renderer'].forEach(function (folder) {
    fs.watch(path.join(node.root, folder), { recursive: true }, function () {
      clearTimeout(timer);
      timer = setTimeout(again, QUIET_MS);
    });
  });
  ['SIGINT', 'SIGTERM'].forEach(function (name) {
    process.on(name, function () {
      if (running === null) process.exit(0);
      running.once('exit', function () {
        process.exit(0);
      });
      if (name === 'SIGTERM') running.kill(name);
    });
  });
  again();
}

if (node.ensureNode(__filename, process.argv.slice(2))) develop();
