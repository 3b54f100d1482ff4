import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every Electron binary carries so that its fuses can be found: this text, a version, a count, and one mark each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const defaults = '101000010';

/**
 * A folder that packaging takes for an unpacked Electron: a program that only says it ran, with fuses as delivered. It
 * lets electron-builder's own code lay out, archive and flip fuses on a machine that has no Electron.
 */
export function makeElectronDist(folder: string, version: string): string {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  writeFileSync(join(folder, 'version'), version);
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, defaults.length]), Buffer.from(defaults)]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), wire]));
  chmodSync(join(folder, 'electron'), 0o755);
  return folder;
}
