/** Kills a command at a point of its job's own counters, and looks at what the workspace then says. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cliJson, startCli } from './cli-process.ts';

/** Kills of each kind; `.ci/run` asks for more. */
export const killCount = Math.max(1, Number(process.env.AUGURY_KILLS ?? 5));

/** Percentages of the work at which to kill: around half way, spread so that every phase is hit. */
export const killPercents = Array.from({ length: killCount }, (_, i) =>
  killCount === 1 ? 50 : Math.round(30 + (40 * i) / (killCount - 1)),
);

export type JobFacts = {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempt: number;
  readonly workDone: number;
};

/** Work units of the newest job of a kind, read from outside; 0 before there is one. */
export function workOf(workspace: string, kind: string): number {
  const path = join(workspace, 'augury.db');
  if (!existsSync(path)) return 0;
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      const row = db.prepare('SELECT work_units AS units FROM jobs WHERE kind = ? ORDER BY id DESC LIMIT 1').get(kind);
      return typeof row === 'object' && row !== null && 'units' in row ? Number(row.units) : 0;
    } finally {
      db.close();
    }
  } catch {
    return 0; // the store is being made just now
  }
}

/**
 * Runs a command and kills its process once its job has done this much. Returns the work done then. Throws when the
 * command ends before: the test's input is then too small to be killed on the way.
 */
export async function killAt(
  args: readonly string[],
  at: { readonly workspace: string; readonly kind: string; readonly units: number },
): Promise<number> {
  const { child, ended } = startCli([...args, '--workspace', at.workspace]);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (workOf(at.workspace, at.kind) < at.units) {
    if (over) {
      const { code, stderr } = await ended;
      throw new Error(`the command ended with ${code} before it could be killed: ${stderr}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  child.kill('SIGKILL');
  await ended;
  return workOf(at.workspace, at.kind);
}

/** A copy of a prepared workspace, or an empty place for one: nothing of an earlier try is left in it. */
export function freshWorkspace(workspace: string, prepared?: string): string {
  rmSync(workspace, { recursive: true, force: true });
  if (prepared !== undefined) cpSync(prepared, workspace, { recursive: true });
  return workspace;
}

/** The jobs of a kind, newest first. */
export async function jobsOf(workspace: string, kind: string): Promise<JobFacts[]> {
  const { jobs } = await cliJson<{ jobs: JobFacts[] }>(['jobs', 'list', '--workspace', workspace]);
  return jobs.filter((job) => job.kind === kind);
}
