import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { runTask } from '../../../../main/compute/tasks/index.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { InputSpec } from '../../../../main/ml/model-spec.ts';
import { numeric, texts } from '../../../helpers/clean-tables.ts';

const specs: readonly InputSpec[] = [
  { name: 'x', logicalType: 'number', type: 'double' },
  { name: 'y', logicalType: 'number', type: 'double' },
  { name: 'patient_id', logicalType: 'text', type: 'string' },
  { name: 'part', logicalType: 'text', type: 'string' },
  { name: 'kind', logicalType: 'text', type: 'string' },
];

const environment = { stop: neverStop, deadline: () => false, emit: () => {}, now: () => 0 };

function table(flipped: number, apart: number): { readonly frame: Frame; readonly flips: readonly number[] } {
  const rng = createRng(5);
  const n = 900;
  const label = Array.from({ length: n }, (_, i) => i % 3);
  const x = label.map((k) => k * apart + rng.normal());
  const y = label.map((k) => -k * apart + rng.normal());
  const flips = Array.from({ length: flipped }, (_, k) => 7 + k * 13);
  const shown = label.map((k, i) => ['low', 'mid', 'high'][flips.includes(i) ? (k + 1) % 3 : k]);
  return {
    frame: {
      rowCount: n,
      columns: [
        numeric('x', x),
        numeric('y', y),
        texts(
          'patient_id',
          label.map((_, i) => `p${Math.floor(i / 4)}`),
        ),
        texts(
          'part',
          label.map((_, i) => (i % 10 === 0 ? 'test' : 'train')),
        ),
        texts('kind', shown),
      ],
    },
    flips,
  };
}

let sessions = 0;
const inspect = (frame: Frame, split: string | null) => {
  sessions++;
  return runTask(
    'inspect-target',
    { frame, specs, target: 'kind', split, session: `session ${sessions}` },
    environment,
  );
};

describe('B5 checks of a target', () => {
  it('doubts the labels that were flipped, and hardly any other', () => {
    const { frame, flips } = table(45, 5);
    const finding = inspect(frame, null).findings.find(({ kind }) => kind === 'label-noise');
    expect(finding?.count).toBeGreaterThanOrEqual(40);
    expect(finding?.count).toBeLessThanOrEqual(50);
    const hits = (finding?.rows ?? []).filter((row) => flips.includes(row));
    expect(hits.length).toBeGreaterThanOrEqual(19);
    expect(finding?.examples[0]).toMatch(/→/);
  });

  it('doubts nothing in clean labels, nor where the classes cannot be told apart', () => {
    for (const apart of [5, 0.2]) {
      const kinds = inspect(table(0, apart).frame, null).findings.map(({ kind }) => kind);
      expect(kinds).not.toContain('label-noise');
    }
  });

  it('finds groups on both sides of a split', () => {
    const { findings } = inspect(table(0, 5).frame, 'part');
    expect(findings.find(({ kind }) => kind === 'group-overlap')).toMatchObject({ column: 'patient_id', count: 90 });
    expect(findings.map(({ kind }) => kind)).not.toContain('split-overlap');
  });
});
