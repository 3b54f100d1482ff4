import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli-process.ts';

const groups = [
  'What to predict, from what:',
  'How it is checked:',
  'What is tried, and for how long:',
  'What is written:',
  'What is fitted, and what it must keep to:',
  'How a file is read:',
];

describe('A3 help of train', () => {
  it('stands in groups, and the guide names every option of its own', async () => {
    const { stdout } = await runCli(['train', '--help']);
    const places = groups.map((heading) => stdout.indexOf(heading));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    const guide = ['command-line', 'training', 'objectives']
      .map((page) => readFileSync(join(import.meta.dirname, `../../docs/guide/${page}.md`), 'utf8'))
      .join('\n');
    const own = stdout.slice(0, stdout.indexOf('How a file is read:'));
    const options = [...own.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1]);
    expect(options.length).toBeGreaterThan(30);
    expect(options.filter((option) => option !== '--output' && !guide.includes(option))).toEqual([]);
  });
});
