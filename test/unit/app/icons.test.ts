import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const icons = resolve(import.meta.dirname, '../../../resources/icons');

describe('A2 icons', () => {
  it('are what their generator writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'augury-icons-'));
    execFileSync(process.execPath, [join(icons, 'generate.ts'), folder]);
    for (const name of ['augury.png', 'augury.ico', 'augury.icns']) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(icons, name)))).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });

  it('hold the sizes each system asks for', () => {
    const ico = readFileSync(join(icons, 'augury.ico'));
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, i) => ico[6 + 16 * i] || 256);
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
    const icns = readFileSync(join(icons, 'augury.icns'));
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    const types: string[] = [];
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) types.push(icns.toString('latin1', at, at + 4));
    expect(types).toEqual(['icp4', 'icp5', 'icp6', 'ic07', 'ic08', 'ic09', 'ic10']);
  });
});
