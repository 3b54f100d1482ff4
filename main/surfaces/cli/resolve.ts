/** Turns what a user names (an id, a name, a file) into ids of the workspace. */
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AuguryError, invalidInput, notFound } from '../../base/errors.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import { followJob } from './follow-job.ts';
import type { AuguryClient, CliIo, GlobalOptions } from './io.ts';

/** True when the text names a file that exists here. */
export function isFile(io: CliIo, text: string): boolean {
  const path = resolve(io.cwd, text);
  return existsSync(path) && statSync(path).isFile();
}

/** Folders that hold spooled input of a command. */
const spooled = new WeakMap<CliIo, string[]>();

/** Removes what `inputPath` spooled for this command. */
export function removeSpooled(io: CliIo): void {
  for (const folder of spooled.get(io) ?? []) rmSync(folder, { recursive: true, force: true });
  spooled.delete(io);
}

/** Path of an input: a file, or standard input spooled to a temporary file for `-`, which `removeSpooled` removes. */
export async function inputPath(io: CliIo, text: string, suffix = '.csv'): Promise<string> {
  if (text !== '-') {
    const path = resolve(io.cwd, text);
    if (!existsSync(path)) {
      throw notFound('no-such-file', `There is no file ${text}.`, { hint: 'Check the path.', details: { file: text } });
    }
    return path;
  }
  const folder = mkdtempSync(join(tmpdir(), 'augury-stdin-'));
  spooled.set(io, [...(spooled.get(io) ?? []), folder]);
  const path = join(folder, `stdin${suffix}`);
  await pipeline(io.stdin, createWriteStream(path));
  return path;
}

/** The id of a data set given by id or name; null when there is none. */
export async function findDataset(client: AuguryClient, text: string): Promise<string | null> {
  if (/^ds_[0-9a-z]+$/.test(text)) return text;
  const { items } = await client.datasets.list({ search: text, limit: 1000 });
  return items.find((item) => item.name === text)?.id ?? null;
}

/** A data set by id, name or file; a file is imported first. */
export async function datasetOf(
  client: AuguryClient,
  text: string,
  io: CliIo,
  options: GlobalOptions,
  dialect: DialectOptions = {},
): Promise<{ id: string; rejected: number }> {
  if (text === '-' || isFile(io, text)) {
    const path = await inputPath(io, text);
    const { jobId } = await client.datasets.import({ source: { path }, options: dialect });
    const job = await followJob(client, jobId, io, options);
    const result = job.result as { datasetId: string; rejected: number };
    return { id: result.datasetId, rejected: result.rejected };
  }
  const id = await findDataset(client, text);
  if (id !== null) return { id, rejected: 0 };
  throw notFound('no-such-dataset', `There is no data set and no file called "${text}".`, {
    hint: 'augury datasets lists the data sets; augury import FILE adds one.',
    details: { name: text },
  });
}

/** A model by id, name or package file; a package is checked and taken into the workspace first. */
export async function modelOf(client: AuguryClient, text: string, io: CliIo): Promise<string> {
  if (/^md_[0-9a-z]+$/.test(text)) return text;
  if (isFile(io, text)) {
    const { jobId } = await client.models.import({ source: { path: resolve(io.cwd, text) } });
    const { result } = await followJob(client, jobId, io, { quiet: true });
    return (result as { modelId: string }).modelId;
  }
  const { items } = await client.models.list({ search: text, limit: 1000 });
  const found = items.find((item) => item.name === text);
  if (found) return found.id;
  throw notFound('no-such-model', `There is no model and no package file called "${text}".`, {
    hint: 'augury models lists the models; augury train makes one.',
    details: { name: text },
  });
}

export type Format = 'csv' | 'jsonl' | 'parquet';

const formatByExtension: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'jsonl',
  '.parquet': 'parquet',
};

/** Format named by a file's ending; `-` is CSV. Throws on an ending nothing is known of. */
export function formatOf(path: string): Format {
  if (path === '-') return 'csv';
  const found = formatByExtension[extname(path.replace(/\.gz$/, '')).toLowerCase()];
  if (found) return found;
  throw invalidInput('unknown-format', `The ending of ${basename(path)} names no format.`, {
    hint: 'Use .csv, .jsonl or .parquet.',
    details: { file: basename(path) },
  });
}

/** As formatOf, for commands that write workbooks too. */
export const exportFormatOf = (path: string): Format | 'xlsx' =>
  extname(path).toLowerCase() === '.xlsx' ? 'xlsx' : formatOf(path);

/**
 * `a=b,c=d` as a record. Splits at the first `=`, or where what follows is one of `targets`: labels such as `<=50K` hold
 * one themselves.
 */
export function parseMap(
  text: string | undefined,
  option: string,
  targets: readonly string[] = [],
): Record<string, string> {
  if (!text) return {};
  const map: Record<string, string> = {};
  for (const part of text.split(',')) {
    const first = part.indexOf('=', 1);
    if (first < 0) {
      throw invalidInput('bad-map', `${option}: "${part}" is not of the form from=to.`, {
        hint: `Write ${option} old=new,…`,
      });
    }
    let at = first;
    let target: string | undefined;
    for (let next = first; next > 0 && target === undefined; next = part.indexOf('=', next + 1)) {
      const right = part.slice(next + 1).trim();
      target = targets.find((candidate) => candidate.trim() === right);
      if (target !== undefined) at = next;
    }
    map[part.slice(0, at).trim()] = target ?? part.slice(at + 1).trim();
  }
  return map;
}

/** `90`, `60s`, `5m`, `1500ms`, `2h` in seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (!match)
    throw invalidInput('bad-duration', `"${text}" is not a duration.`, { hint: 'Write 90, 60s, 5m or 1500ms.' });
  const factor = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * factor;
}

/** A whole number option. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new AuguryError('invalid-input', 'bad-number', `"${text}" is not a whole number.`, {
      hint: 'Give 0, 1, 2 …',
    });
  }
  return value;
}

export const splitList = (text: string | undefined): string[] =>
  text === undefined
    ? []
    : text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
