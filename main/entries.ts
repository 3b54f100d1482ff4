/**
 * Where the program's other programs lie: compute workers and the inference process are started by file, and the file
 * has one name in a checkout that runs its sources and another in a build. In a package, whatever a plain process must
 * read is unpacked beside the archive, so archive paths are turned into those.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Programs started by file, with their path in the sources. Built, each is `<name>.js` in one folder. */
const sources = {
  host: 'host.ts',
  cli: 'cli.ts',
  'compute-worker': 'compute/worker.ts',
  inference: 'inference/process.ts',
} as const;

export type EntryName = keyof typeof sources;

const here = fileURLToPath(import.meta.url);
const fromSource = here.endsWith('.ts');

/** Archive paths cannot be read by plain Node, nor can natives be loaded from them. */
const outsideArchive = (path: string): string => path.replace(/app\.asar([\\/])/, 'app.asar.unpacked$1');

/** `main/` in a checkout, `out/main/` in a build (this file may lie in `chunks/` there). */
function programFolder(): string {
  const folder = dirname(here);
  return !fromSource && basename(folder) === 'chunks' ? dirname(folder) : folder;
}

/** File URL of a program, as `new Worker` and `fork` take it. */
export function entryUrl(name: EntryName): URL {
  const file = fromSource ? sources[name] : `${name}.js`;
  return pathToFileURL(outsideArchive(join(programFolder(), file)));
}

/** The installation's folder: where package.json, resources/ and out/ lie. */
export function installationFolder(): string {
  return outsideArchive(`${fromSource ? dirname(programFolder()) : dirname(dirname(programFolder()))}/`).slice(0, -1);
}

/** The version in package.json. */
export function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(installationFolder(), 'package.json'), 'utf8'));
  return manifest.version;
}

/** The built renderer, served by `app://` and on loopback. */
export const rendererFolder = (): string => join(installationFolder(), 'out', 'renderer');

/** Samples, icons and other data shipped with the program. */
export const resourcesFolder = (): string => join(installationFolder(), 'resources');

/** The preload script; the window loads it from inside the archive. */
export const preloadFile = (): string =>
  join(fromSource ? dirname(programFolder()) : dirname(dirname(programFolder())), 'out', 'preload', 'index.cjs');
