import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../result.ts';

/** One line of a comparison: medians of alternating runs. */
export type SpeedFigure = {
  readonly what: string;
  readonly threads: number;
  readonly rowsPerSecond: Readonly<Record<string, number | null>>;
  /** The application over its fastest peer, and over the one that the bar names. */
  readonly ratio: number | null;
  readonly bar: string | null;
  readonly met: boolean | null;
};

/** Contenders of one line: each gives the seconds of one run, or null. */
export type Contender = { readonly name: string; readonly rows: number; readonly run: () => Promise<number | null> };

/** Runs the contenders in turn, `repeats` times after a first turn that is not counted. */
export async function alternate(
  contenders: readonly Contender[],
  repeats: number,
): Promise<Record<string, number | null>> {
  const seconds = contenders.map((): number[] => []);
  const failed = new Set<number>();
  for (let turn = 0; turn <= repeats; turn++) {
    for (const [i, contender] of contenders.entries()) {
      if (failed.has(i)) continue;
      const took = await contender.run();
      if (took === null) failed.add(i);
      else if (turn > 0) seconds[i].push(took);
    }
  }
  return Object.fromEntries(
    contenders.map(({ name, rows }, i) => [
      name,
      failed.has(i) ? null : Math.round((rows / median(seconds[i])) * 10) / 10,
    ]),
  );
}

export const speedOptions = {
  python: { type: 'string', default: resolve(import.meta.dirname, '..', '..', '.venv', 'bin', 'python') },
  folder: { type: 'string', default: join(tmpdir(), 'augury-speed') },
  leaves: { type: 'string', default: '31,255' },
  threads: { type: 'string', default: '1,2' },
  repeats: { type: 'string', default: '3' },
  rows: { type: 'string', default: '1000000' },
  parts: { type: 'string', default: '' },
} as const;

/** The options of a run, read from the command line. */
export function readSpeedOptions() {
  const { values } = parseArgs({ options: speedOptions });
  const numbers = (text: string): number[] => text.split(',').map(Number);
  mkdirSync(values.folder, { recursive: true });
  return {
    python: values.python,
    folder: values.folder,
    leaves: numbers(values.leaves),
    threads: numbers(values.threads).filter((count) => count <= availableParallelism()),
    repeats: Number(values.repeats),
    rows: Number(values.rows),
    wants: (part: string): boolean => values.parts === '' || values.parts.split(',').includes(part),
  };
}

/** Prints each figure as it comes, and writes all to bench/results/<name>.json, keeping lines that were not run again. */
export function createSpeedReport(name: string, versions: Readonly<Record<string, unknown>>) {
  const file = resolve(import.meta.dirname, '..', 'results', `${name}.json`);
  const figures: SpeedFigure[] = [];
  return {
    add: (figure: SpeedFigure): void => {
      figures.push(figure);
      const rates = Object.entries(figure.rowsPerSecond).map(([who, rate]) => `${who} ${rate ?? 'failed'}`);
      const verdict = figure.met === null ? '' : figure.met ? ' ✓' : ' ✗';
      const bar = figure.bar === null ? '' : ` (bar ${figure.bar})`;
      process.stdout.write(
        `${figure.what}, ${figure.threads} threads: ${rates.join(', ')} rows/s; ratio ${figure.ratio?.toFixed(1) ?? '–'}${bar}${verdict}\n`,
      );
    },
    write: (): void => {
      const key = ({ what, threads }: SpeedFigure): string => `${what}|${threads}`;
      const fresh = new Set(figures.map(key));
      const kept = previous(file).filter((figure) => !fresh.has(key(figure)));
      const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}`;
      const content = {
        date: new Date().toISOString().slice(0, 10),
        machine,
        versions,
        figures: [...kept, ...figures],
      };
      writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}

function previous(file: string): SpeedFigure[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { figures: SpeedFigure[] }).figures;
  } catch {
    return [];
  }
}

/** The application's rate over the fastest of the named peers, or null. */
export function ratioTo(rates: Readonly<Record<string, number | null>>, peers: readonly string[]): number | null {
  const fastest = Math.max(...peers.map((peer) => rates[peer] ?? 0));
  const own = rates.augury;
  return fastest > 0 && own !== null && own !== undefined ? own / fastest : null;
}
