import { join } from 'node:path';
import { dataProblem, unsupported } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { byteOptions, openRows, planText, type TextPlan } from '../import/plan.ts';
import { detectSource } from '../stream/detect.ts';
import { cellText, recordText } from '../stream/rows.ts';
import { scanRows, startPosition } from '../stream/scan.ts';
import { Spool } from './spool.ts';
import type { MemberChoice, Unfolded, UnfoldRequest } from './types.ts';
import { refuseBomb, type ZipEntries } from './zip-entries.ts';
import { allMembers, unpackMember } from './zip-members.ts';

/**
 * The text tables in an archive, one below the other, with a column that names the file of each row. All must have the same
 * columns, in any order; each is cut by the dialect found for it. A record that is rejected in its file stays one: it is
 * written as a single field that names file, line and reason, which no row of the whole is.
 */
const fileColumn = 'source file';

function refuseOthers(first: string, wanted: readonly string[], name: string, found: readonly string[]): void {
  const missing = wanted.filter((column) => !found.includes(column));
  const more = found.filter((column) => !wanted.includes(column));
  if (missing.length === 0 && more.length === 0 && wanted.length === found.length) return;
  const list = (columns: readonly string[]): string => columns.slice(0, 5).join(', ');
  throw dataProblem(
    'members-differ',
    `"${name}" has other columns than "${first}"${missing.length === 0 ? '' : `: it lacks ${list(missing)}`}${more.length === 0 ? '' : `${missing.length === 0 ? ':' : ','} it has ${list(more)} besides`}.`,
    { hint: 'Import each file of the archive as a data set of its own, or one of them.', details: { file: name } },
  );
}

async function planMember(path: string, name: string, request: UnfoldRequest, isText: boolean): Promise<TextPlan> {
  const options = request.pick.append ?? {};
  const detected = isText ? await detectSource(path, options.encoding) : null;
  if (detected?.kind === 'text') {
    const plan = planText(detected, options, detected.encoding === 'utf-8' && !detected.certain);
    if (plan.format.kind === 'csv') return plan;
  }
  throw unsupported('append-kind', `"${name}" is no delimited text: only such files are put one below the other.`, {
    hint: 'Import each file of the archive as a data set of its own, or one of them.',
    details: { file: name },
  });
}

/** Appends the members. `isText` says whether an unpacked one is read as text. Errors: data-problem `members-differ`, unsupported. */
export async function appendMembers(
  zip: ZipEntries,
  members: readonly MemberChoice[],
  request: UnfoldRequest,
  isText: (path: string) => Promise<boolean>,
): Promise<Unfolded> {
  const { scratchDir, sealed, rowLimit, stop } = request;
  const sum = (size: (name: string) => number): number => members.reduce((total, { name }) => total + size(name), 0);
  refuseBomb('The archive', sum(zip.packedBytes), sum(zip.bytes));
  const target = join(scratchDir, 'unfolded.csv');
  const spool = await Spool.create(target, sealed);
  const told: string[] = [];
  let names: readonly string[] = [];
  let total = 0;
  try {
    for (const { name } of members) {
      const path = await unpackMember(zip, name, request);
      const plan = await planMember(path, name, request, await isText(path));
      if (told.length === 0) {
        names = plan.names;
        spool.row([...names, fileColumn]);
      } else refuseOthers(members[0].name, names, name, plan.names);
      const places = names.map((column) => plan.names.indexOf(column));
      const rows = openRows(plan, 0, false);
      let kept = 0;
      const visit = (line: number, bytes: Uint8Array): boolean => {
        if (rows.outcome === 'row') {
          kept++;
          const due = spool.row([...places.map((place) => cellText(rows, place)), name]);
          return due || (rowLimit !== null && total + kept >= rowLimit);
        }
        if (rows.outcome !== 'rejected') return false;
        const said = `${name}, line ${line}: ${rows.reason}: ${recordText(rows, bytes)}`;
        return spool.line(`"${said.replaceAll('"', '""')}"`);
      };
      for await (const _ of scanRows(path, byteOptions(plan), startPosition, rows, visit)) {
        throwIfStopped(stop);
        await spool.flush();
        if (rowLimit !== null && total + kept >= rowLimit) break;
      }
      total += kept;
      told.push(`${name} (${kept} ${kept === 1 ? 'row' : 'rows'})`);
      if (rowLimit !== null && total >= rowLimit) break;
    }
  } finally {
    await spool.close();
  }
  const note = `Read are ${members.length} files of the archive, one below the other; the column "${fileColumn}" says which`;
  return {
    path: target,
    container: { kind: 'zip', part: allMembers, range: null, member: allMembers, append: request.pick.append ?? {} },
    shape: 'table',
    names: [...names, fileColumn],
    parts: [],
    notes: [
      rowLimit === null ? `${note}: ${told.slice(0, 20).join(', ')}${told.length > 20 ? ', …' : ''}.` : `${note}.`,
    ],
    kinds: [],
  };
}
