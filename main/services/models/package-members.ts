/**
 * The members of a model as bytes, for the application's own scoring and explaining:
 *   "AUGM" · version u32 · header length u32 · header JSON · one encoded ensemble or additive model after the other
 * The header lists the members in order; such a member names its byte length.
 */
import * as z from 'zod';
import { dataProblem, unsupported } from '../../base/errors.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import { decodeAdditive, encodeAdditive } from '../../ml/additive/serialize.ts';
import type { Member } from '../../ml/model-spec.ts';
import { decodeNeighbours, encodeNeighbours } from '../../ml/neighbours/serialize.ts';
import { decodeNet, encodeNet } from '../../ml/nets/serialize.ts';
import { decodeTrees, encodeTrees } from '../../ml/trees/serialize.ts';
import { looseNumber, numberToJson } from './package-schema.ts';

const magic = 'AUGM';
const version = 1;
const prefixBytes = 12;

const weights = z.array(looseNumber);
const numericTerm = z.object({
  kind: z.literal('numeric'),
  feature: z.number().int().min(0),
  mean: looseNumber,
  scale: looseNumber,
  low: looseNumber,
  high: looseNumber,
  impute: looseNumber,
  weights,
  missingWeights: weights,
});
const categoryTerm = z.object({
  kind: z.literal('category'),
  feature: z.number().int().min(0),
  levelWeights: z.array(weights),
  missingWeights: weights,
});
const number = z.object({
  kind: z.literal('number'),
  feature: z.number().int().min(0),
  mean: looseNumber,
  scale: looseNumber,
  low: looseNumber,
  high: looseNumber,
  impute: looseNumber,
});
const level = z.object({
  kind: z.literal('level'),
  feature: z.number().int().min(0),
  code: z.number().int().min(0),
  share: looseNumber,
});
const factor = z.discriminatedUnion('kind', [number, level]);
const derived = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hinge'),
    feature: z.number().int().min(0),
    low: looseNumber,
    high: looseNumber,
    impute: looseNumber,
    knot: looseNumber,
  }),
  z.object({ kind: z.literal('product'), factors: z.tuple([factor, factor]) }),
]);
const header = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('trees'), weight: looseNumber, bytes: z.number().int().min(0) }),
    z.object({ kind: z.enum(['additive', 'neighbours', 'net']), weight: looseNumber, bytes: z.number().int().min(0) }),
    z.object({ kind: z.literal('constant'), weight: looseNumber, margin: weights }),
    z.object({ kind: z.literal('graph'), weight: looseNumber }),
    z.object({
      kind: z.literal('linear'),
      weight: looseNumber,
      linear: z.object({
        outputCount: z.number().int().min(1),
        intercept: weights,
        terms: z.array(z.discriminatedUnion('kind', [numericTerm, categoryTerm])),
        termMeans: z.array(weights),
        derived: z.array(derived).optional(),
      }),
    }),
  ]),
);

/** The bytes of members that are held as such. */
function blobOf(member: Member): Uint8Array | null {
  if (member.kind === 'trees') return encodeTrees(member.trees);
  if (member.kind === 'additive') return encodeAdditive(member.additive);
  if (member.kind === 'net') return encodeNet(member.net);
  return member.kind === 'neighbours' ? encodeNeighbours(member.neighbours) : null;
}

/** The bytes of `members.bin`; equal members give equal bytes. */
export function encodeMembers(members: readonly Member[]): Uint8Array {
  const blobs: Uint8Array[] = [];
  const entries = members.map((member) => {
    const bytes = blobOf(member);
    if (bytes === null) return member;
    blobs.push(bytes);
    return { kind: member.kind, weight: member.weight, bytes: bytes.byteLength };
  });
  const json = new TextEncoder().encode(
    JSON.stringify(entries, (_, value: unknown) => (typeof value === 'number' ? numberToJson(value) : value)),
  );
  const prefix = new Uint8Array(prefixBytes);
  prefix.set(new TextEncoder().encode(magic));
  const view = new DataView(prefix.buffer);
  view.setUint32(4, version, true);
  view.setUint32(8, json.byteLength, true);
  return joinArrays(Uint8Array, [prefix, json, ...blobs]);
}

/** Reads what `encodeMembers` wrote. Throws data-problem `package-members` for anything damaged. */
export function decodeMembers(bytes: Uint8Array): Member[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < prefixBytes || new TextDecoder().decode(bytes.subarray(0, 4)) !== magic) {
    throw damaged('it does not start like one');
  }
  if (view.getUint32(4, true) !== version) {
    throw unsupported(
      'package-members-version',
      `members.bin has format ${view.getUint32(4, true)}, known is ${version}.`,
      {
        hint: 'Open the package with the version of Augury that wrote it, or a newer one.',
      },
    );
  }
  const headerBytes = view.getUint32(8, true);
  let at = prefixBytes + headerBytes;
  if (at > bytes.byteLength) throw damaged('its header is cut off');
  const parsed = header.safeParse(parseJson(bytes.subarray(prefixBytes, at)));
  if (!parsed.success) throw damaged(`its header is not valid (${parsed.error.issues[0]?.path.join('.')})`);
  const members = parsed.data.map((member): Member => {
    if (!('bytes' in member)) return member;
    const blob = bytes.subarray(at, at + member.bytes);
    if (blob.byteLength !== member.bytes) throw damaged('a member is cut off');
    at += member.bytes;
    const { weight } = member;
    if (member.kind === 'trees') return { kind: 'trees', weight, trees: decodeTrees(blob) };
    if (member.kind === 'additive') return { kind: 'additive', weight, additive: decodeAdditive(blob) };
    if (member.kind === 'net') return { kind: 'net', weight, net: decodeNet(blob) };
    return { kind: 'neighbours', weight, neighbours: decodeNeighbours(blob) };
  });
  if (at !== bytes.byteLength) throw damaged('bytes follow the last ensemble');
  return members;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('its header is no JSON');
  }
}

const damaged = (what: string): Error =>
  dataProblem('package-members', `members.bin is damaged: ${what}.`, {
    hint: 'Export the model again from its source.',
  });
