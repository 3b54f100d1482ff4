/** A feature set being edited: plain fields that a form can hold, and the definition they make. */
import type { FeatureDefinition, FeatureSpec } from '../../../main/contract/feature-sets.ts';

export type SetDraft = {
  readonly name: string;
  readonly datasetId: string;
  readonly time: string;
  readonly known: string | null;
  readonly key: readonly string[];
  readonly lags: readonly { readonly column: string; readonly hours: number }[];
  /** Tables beside the rows themselves stay as they are. */
  readonly sources: FeatureDefinition['sources'];
  readonly features: readonly FeatureSpec[];
};

export const emptyDraft: SetDraft = {
  name: '',
  datasetId: '',
  time: '',
  known: null,
  key: [],
  lags: [],
  sources: {},
  features: [],
};

export const draftOf = (name: string, { base, sources, features }: FeatureDefinition): SetDraft => ({
  name,
  datasetId: base.datasetId,
  time: base.time,
  known: base.known ?? null,
  key: base.key,
  lags: Object.entries(base.lags ?? {}).map(([column, seconds]) => ({ column, hours: seconds / 3600 })),
  sources,
  features,
});

export const definitionOf = (draft: SetDraft): FeatureDefinition => ({
  base: {
    datasetId: draft.datasetId,
    time: draft.time,
    key: [...draft.key],
    ...(draft.known === null ? {} : { known: draft.known }),
    ...(draft.lags.length === 0
      ? {}
      : { lags: Object.fromEntries(draft.lags.map(({ column, hours }) => [column, hours * 3600])) }),
  },
  sources: draft.sources,
  features: [...draft.features],
});

export const isReady = (draft: SetDraft): boolean =>
  draft.name.trim() !== '' && draft.datasetId !== '' && draft.time !== '' && draft.features.length > 0;

/** A name for a feature that nothing else has yet. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let i = 2; ; i++) if (!taken.includes(`${wanted} ${i}`)) return `${wanted} ${i}`;
}
