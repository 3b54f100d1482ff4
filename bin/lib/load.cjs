'use strict';
// Kept apart because `import()` does not parse under very old Nodes.
const url = require('url');

/** Loads an ES module by its path on disk. */
module.exports = function load(file) {
  return import(url.pathToFileURL(file).href);
};
