import { unsupported } from '../../base/errors.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import type { Unfolded } from '../formats/types.ts';
import { openBytes } from '../stream/byte-source.ts';
import { encodingLabel, guessCodePage } from '../stream/code-page.ts';
import { type Detected, detectSource } from '../stream/detect.ts';
import { readTail, TailKeeper, type TextTail } from '../stream/text-tail.ts';
import { looksLikeUtf8, Utf8Checker, type Utf8Evidence } from '../stream/utf8.ts';
import type { LandedFile } from './copy-raw.ts';
import { planText, type TextPlan } from './plan.ts';
import { inside, planUnfolded } from './source-text.ts';

/** Plans that need all bytes of a source: which encoding they are in, and what stands at their end. */

type Text = Extract<Detected, { kind: 'text' }>;

/** Encoding over all bytes, of the landed file or of what it unpacks to; with the end of the text where it came by. */
async function wholeEvidence(
  rawPath: string,
  landed: Pick<LandedFile, 'utf8'>,
  compression: 'none' | 'gzip',
  cut: boolean | undefined,
): Promise<{ readonly evidence: Utf8Evidence; readonly tail: TextTail | null }> {
  if (compression === 'none') return { evidence: landed.utf8, tail: null };
  const checker = new Utf8Checker();
  const keeper = new TailKeeper();
  const bytes = { compression, encoding: 'utf-8', bomBytes: 0, cut } as const;
  for await (const block of openBytes(rawPath, bytes)) {
    checker.push(block);
    keeper.push(block);
  }
  return { evidence: checker.finish(), tail: keeper.finish() };
}

/** Adds the end of a text that goes on behind the sample and cannot be read from there. */
export async function withTail(detected: Text, rawPath: string, cut: boolean | undefined): Promise<Text> {
  if (detected.sampleIsAll || detected.tail !== null || detected.json) return detected;
  const { compression, encoding, bomBytes } = detected;
  if (compression === 'none' && encoding === 'utf-8') return detected;
  return { ...detected, tail: await readTail(rawPath, { compression, encoding, bomBytes, cut }) };
}

/** Plans a landed file, its encoding settled over all bytes. Errors as detectSource. */
export async function makePlan(
  rawPath: string,
  landed: Pick<LandedFile, 'utf8'>,
  options: DialectOptions,
): Promise<TextPlan | 'parquet'> {
  const detected = await detectSource(rawPath, options.encoding, options.acceptCut);
  if (detected.kind === 'parquet') return 'parquet';
  if (detected.certain) {
    const whole = await withTail(detected, rawPath, options.acceptCut);
    return planText(whole, options, options.encoding === 'utf-8' && landed.utf8.stray > 0);
  }
  const { evidence, tail } = await wholeEvidence(rawPath, landed, detected.compression, options.acceptCut);
  const encoding = looksLikeUtf8(evidence) ? 'utf-8' : guessCodePage(Buffer.from(evidence.strayText, 'latin1'));
  const settled = encoding === detected.encoding ? detected : await detectSource(rawPath, encoding, options.acceptCut);
  if (settled.kind === 'parquet') return 'parquet';
  const whole =
    encoding === 'utf-8' && tail !== null && !settled.sampleIsAll
      ? { ...settled, tail }
      : await withTail(settled, rawPath, options.acceptCut);
  const plan = planText(whole, options, encoding === 'utf-8' && evidence.stray > 0);
  if (encoding === 'utf-8') return plan;
  return {
    ...plan,
    notes: [...plan.notes, `${evidence.stray} bytes are not UTF-8: the text is read as ${encodingLabel(encoding)}.`],
  };
}

/** Plans what a container held as if it had been landed itself. */
export async function planInner(unfolded: Unfolded, options: DialectOptions): Promise<TextPlan> {
  const known = await planUnfolded(unfolded, options);
  if (known !== null) return known;
  const checker = new Utf8Checker();
  for await (const block of openBytes(unfolded.path, { compression: 'none', encoding: 'utf-8', bomBytes: 0 }))
    checker.push(block);
  const plan = await makePlan(unfolded.path, { utf8: checker.finish() }, options);
  if (plan === 'parquet') {
    throw unsupported('nested-container', 'The file in the archive is Parquet.', {
      hint: 'Unpack the archive and import the file inside.',
    });
  }
  return inside(plan, unfolded);
}
