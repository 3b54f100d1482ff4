#!/usr/bin/env node
'use strict';
// The command line's launcher: right Node, current build, then the program itself in this very process.
// AUGURY_FROM_SOURCE=1 runs main/cli.ts without a build; AUGURY_NO_BUILD=1 takes out/ as it is.
const path = require('path');
const node = require('./lib/node.cjs');

function fail(error) {
  process.stderr.write('augury: ' + (error && error.stack ? error.stack : String(error)) + '\n');
  process.exit(1);
}

if (node.ensureNode(__filename, process.argv.slice(2))) {
  const fromSource = process.env.AUGURY_FROM_SOURCE === '1';
  if (fromSource) require('./lib/kernels.cjs').ensureKernels();
  else require('./lib/build.cjs').ensureBuilt();
  const program = fromSource ? path.join('main', 'cli.ts') : path.join('out', 'main', 'cli.js');
  require('./lib/load.cjs')(path.join(node.root, program)).catch(fail);
}
