/**
 * Writes model packages. Equal content gives equal bytes: entries in a fixed order, stored uncompressed (deflate differs
 * between machines), all of them dated with the first day a zip can name. The file appears under its name only when it is complete and synced.
 */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { resourceProblem } from '../../base/errors.ts';
import { decodeModel } from '../../ml/onnx/codec.ts';
import { onnxOutputNames } from '../../ml/onnx/output-names.ts';
import type { PackageContent } from './package-content.ts';
import { packIntervals } from './package-intervals.ts';
import { encodeMembers } from './package-members.ts';
import { rowsToJson } from './package-rows.ts';
import { hashedText, numberToJson, type PackageEntry, packageEntries, packageFormatVersion } from './package-schema.ts';
import { parityTolerance } from './parity.ts';

export type WrittenPackage = {
  readonly path: string;
  readonly bytes: number;
  /** Hash of the file. */
  readonly sha256: string;
  /** Hash of model.json, which covers every entry: the identity of the model. */
  readonly contentSha256: string;
};

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const jsonBytes = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');

/** Writes a package to `path`, replacing what is there. Throws resource `package-write` when the place refuses it. */
export async function writePackage(
  content: PackageContent,
  path: string,
  options: { readonly appVersion: string },
): Promise<WrittenPackage> {
  const { entries, contentSha256 } = packageBytes(content, options.appVersion);
  const zip = new ZipFile();
  for (const [name, bytes] of entries) {
    zip.addBuffer(bytes, name, { mtime: zipDay, mode: 0o100644, compress: false, forceDosTimestamp: true });
  }
  zip.end();
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const file = await open(partial, 'w');
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await pipeline(zip.outputStream, async (chunks) => {
        for await (const chunk of chunks) {
          if (!Buffer.isBuffer(chunk)) continue;
          hash.update(chunk);
          bytes += chunk.byteLength;
          await file.writeFile(chunk);
        }
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    return { path, bytes, sha256: hash.digest('hex'), contentSha256 };
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
    throw resourceProblem(
      'package-write',
      `The model package “${basename(path)}” could not be written (${code || 'unknown reason'}).`,
      {
        hint:
          code === 'ENOSPC'
            ? 'Free some disk space and export again.'
            : 'Choose a folder that exists and may be written to.',
        details: { file: basename(path), code },
        cause,
      },
    );
  }
}

/** All entries in order, and the hash of the whole. */
function packageBytes(
  content: PackageContent,
  appVersion: string,
): { readonly entries: readonly (readonly [PackageEntry, Buffer])[]; readonly contentSha256: string } {
  const { spec, parity } = content;
  const payload = new Map<PackageEntry, Buffer>([
    ['model.onnx', Buffer.from(content.onnx)],
    ['members.bin', Buffer.from(encodeMembers(spec.members))],
    [
      'parity.json',
      jsonBytes({
        rows: rowsToJson(parity.rows),
        margins: Array.from(parity.expected.margins, numberToJson),
        outputs: Array.from(parity.expected.outputs, numberToJson),
      }),
    ],
    ['reference.json', jsonBytes(content.reference)],
    ['background.json', jsonBytes(rowsToJson(content.background))],
  ]);
  if (content.report !== null) payload.set('report.json', jsonBytes(content.report));
  const { irVersion, opsetImport } = decodeModel(content.onnx);
  const manifest = {
    format: 'augury-model',
    formatVersion: packageFormatVersion,
    appVersion,
    ...content.about,
    task: spec.task,
    classes: spec.classes,
    outputCount: spec.outputCount,
    inputs: spec.recipe.inputs,
    ...(spec.recipe.steps === undefined ? {} : { steps: spec.recipe.steps }),
    features: spec.recipe.features,
    calibration: spec.calibration,
    ...(spec.response === undefined ? {} : { response: spec.response }),
    ...(spec.intervals === undefined ? {} : { intervals: packIntervals(spec.intervals) }),
    onnx: { irVersion, opset: opsetImport[0]?.version ?? 0, outputs: onnxOutputNames(spec) },
    parity: { rows: parity.rows.rowCount, tolerance: parityTolerance },
    entries: Object.fromEntries(
      [...payload].map(([name, bytes]) => [name, { sha256: sha256(bytes), bytes: bytes.byteLength }]),
    ),
  };
  const contentSha256 = sha256(hashedText(manifest));
  payload.set('model.json', Buffer.from(`${JSON.stringify({ ...manifest, contentSha256 }, null, 2)}\n`, 'utf8'));
  const entries = Object.keys(packageEntries).flatMap((name) => {
    const entry = name as PackageEntry;
    const bytes = payload.get(entry);
    return bytes === undefined ? [] : [[entry, bytes] as const];
  });
  return { entries, contentSha256 };
}

/** Zip stores local clock readings and knows no day before this one; noon exists in every zone. */
const zipDay = new Date(1980, 0, 1, 12);
