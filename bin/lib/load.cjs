'use strict';
// Kept apart because `import()` does not parse under very old Nodes.
const module_ = require('module');
const path = require('path');
const url = require('url');
const root = require('./node.cjs').root;

/** Loads an ES module by its path on disk; where the installation can be written, its compiled code is kept for next time. */
module.exports = function load(file) {
  if (module_.enableCompileCache) module_.enableCompileCache(path.join(root, 'node_modules', '.cache', 'augury'));
  return import(url.pathToFileURL(file).href);
};
