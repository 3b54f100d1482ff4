/**
 * The warranty of an explanation: what was checked, how it came out, and a grade from A to D with the reason in words. The grade
 * of the whole is that of its weakest aspect; disagreement with LIME counts one grade less, because LIME is the rougher
 * of the two. C and D are low: whoever shows the explanation must show that.
 */
import type { Agreement } from './agreement.ts';
import type { Faithfulness } from './faithfulness.ts';
import type { Stability } from './stability.ts';
import type { Support } from './support.ts';

export type Grade = 'A' | 'B' | 'C' | 'D';

export type AspectName = 'additivity' | 'seed' | 'stability' | 'agreement' | 'faithfulness' | 'support';

export type Aspect = {
  readonly aspect: AspectName;
  readonly grade: Grade;
  readonly value: number;
  readonly words: string;
};

export type Warranty = {
  readonly grade: Grade;
  /** True for C and D. */
  readonly low: boolean;
  readonly aspects: readonly Aspect[];
  /** One sentence: the grade and what it rests on. */
  readonly words: string;
};

export type WarrantyEvidence = {
  /** |base + Σ contributions − output| / max(1, |output|). */
  readonly additivityError: number;
  /** Local models, which promise no sum: their gap at the row over Σ |contribution|; null for methods that add up. */
  readonly localGap: number | null;
  /** Sampled methods: 0 … 1, how well the ranks hold over seeds; null for exact ones. */
  readonly seedStability: number | null;
  readonly stability: Stability;
  /** With the other method; null when it was not computed. */
  readonly agreement: { readonly with: 'LIME' | 'SHAP'; readonly measured: Agreement } | null;
  readonly faithfulness: Faithfulness | null;
  readonly support: Support;
  /** Columns outside the training range, or with a value never seen. */
  readonly unseen: readonly string[];
};

const grades: readonly Grade[] = ['A', 'B', 'C', 'D'];
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A for at least the first bound, B for the second, C for the third. */
const byBounds = (value: number, bounds: readonly [number, number, number]): Grade => {
  const at = bounds.findIndex((bound) => value >= bound);
  return at < 0 ? 'D' : grades[at];
};

/** Grades the evidence. */
export function gradeWarranty(evidence: WarrantyEvidence): Warranty {
  const aspects: Aspect[] = [
    evidence.localGap === null ? additivity(evidence.additivityError) : localFit(evidence.localGap),
  ];
  if (evidence.seedStability !== null) aspects.push(seed(evidence.seedStability));
  aspects.push(stability(evidence.stability));
  if (evidence.agreement !== null) aspects.push(agreement(evidence.agreement));
  if (evidence.faithfulness !== null) aspects.push(faithfulness(evidence.faithfulness));
  aspects.push(support(evidence.support, evidence.unseen));
  const weight = ({ aspect, grade }: Aspect): number =>
    Math.max(0, grades.indexOf(grade) - (aspect === 'agreement' ? 1 : 0));
  const worst = aspects.reduce((most, aspect) => Math.max(most, weight(aspect)), 0);
  const grade = grades[worst];
  const weak = aspects.filter((aspect) => weight(aspect) === worst);
  return {
    grade,
    low: worst >= 2,
    aspects,
    words:
      worst === 0
        ? `Grade A: the contributions add up, hold for similar rows, and the columns named carry the answer.`
        : `Grade ${grade}: ${lowerFirst(weak.map(({ words }) => words).join(' '))}`,
  };
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

function additivity(error: number): Aspect {
  const grade = byBounds(-error, [-1e-6, -1e-3, -0.05]);
  return {
    aspect: 'additivity',
    grade,
    value: error,
    words:
      grade === 'A'
        ? 'The contributions add up to the output.'
        : `The contributions miss the output by ${percentOr(error)} of its size.`,
  };
}

const localFit = (gap: number): Aspect => ({
  aspect: 'additivity',
  grade: byBounds(-gap, [-0.05, -0.15, -0.4]),
  value: gap,
  words: `The local model misses the output by ${percent(gap)} of what it explains.`,
});

const percentOr = (error: number): string => (error < 0.001 ? error.toExponential(1) : `${(100 * error).toFixed(1)} %`);

const seed = (value: number): Aspect => ({
  aspect: 'seed',
  grade: byBounds(value, [0.95, 0.85, 0.7]),
  value,
  words: `Repeated with other random draws, the ranks agree to ${percent(value)}.`,
});

const stability = (found: Stability): Aspect => ({
  aspect: 'stability',
  grade: byBounds(found.kept, [0.8, 0.65, 0.45]),
  value: found.kept,
  words: `For rows that differ by a few percent, ${percent(found.kept)} of the contributions stay the same and the three strongest columns do in ${percent(found.topKept)} of cases.`,
});

function agreement(found: { readonly with: 'LIME' | 'SHAP'; readonly measured: Agreement }): Aspect {
  const { topShared, sameSign, top, rankCorrelation } = found.measured;
  const value = (topShared + sameSign + Math.max(0, rankCorrelation)) / 3;
  return {
    aspect: 'agreement',
    grade: byBounds(value, [0.8, 0.65, 0.45]),
    value,
    words: `${found.with} names ${Math.round(topShared * top)} of the ${top} strongest columns as well, with the same direction in ${percent(sameSign)} of cases.`,
  };
}

const faithfulness = (found: Faithfulness): Aspect => ({
  aspect: 'faithfulness',
  grade: byBounds(found.beaten, [0.9, 0.75, 0.55]),
  value: found.beaten,
  words: `Replacing ${found.columns.join(', ')} moves the output further than ${percent(found.beaten)} of equally many columns drawn at random.`,
});

function support(found: Support, unseen: readonly string[]): Aspect {
  const near = byBounds(found.fartherShare, [0.05, 0.01, 0.001]);
  const far = found.distance > 3 * found.typical && near !== 'A' ? 'D' : near === 'D' ? 'C' : near;
  const grade = unseen.length === 0 ? far : grades[Math.max(grades.indexOf(far), unseen.length > 2 ? 3 : 2)];
  const where =
    found.fartherShare >= 0.05
      ? 'The row lies among rows the model knows.'
      : `The row is farther from known rows than ${percent(1 - found.fartherShare)} of them are from each other.`;
  return {
    aspect: 'support',
    grade,
    value: found.fartherShare,
    words: unseen.length === 0 ? where : `${where} Beyond training: ${unseen.join(', ')}.`,
  };
}
