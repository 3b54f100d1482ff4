/** Ways to read a column anew, as fields of a form, and the cleaning step they make. */
import type { CleaningStep } from '../../../main/contract/cleaning.ts';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';

type ColumnType = DatasetDetail['schema'][number]['type'];

export type Change =
  | { readonly kind: 'number'; readonly decimal: '.' | ','; readonly unit: string }
  | { readonly kind: 'date' | 'datetime'; readonly format: string }
  | { readonly kind: 'text' }
  | { readonly kind: 'zone'; readonly zone: string; readonly to: string };

/** Ways of writing that are offered; others can be typed. */
export const dateFormats = {
  date: ['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD MMM YYYY', 'MMM DD, YYYY', 'YYYYMMDD', 'MM/YYYY'],
  datetime: [
    'YYYY-MM-DD hh:mm:ss',
    'YYYY-MM-DDThh:mm:ssZ',
    'DD.MM.YYYY hh:mm',
    'DD/MM/YYYY hh:mm',
    'MM/DD/YYYY h:mm a',
    'DD/MMM/YYYY:hh:mm:ss Z',
    'YYYYMMDDThhmmss',
  ],
} as const;

/** What can be made of a column of this type. */
export function changesOf(type: ColumnType): readonly Change['kind'][] {
  switch (type) {
    case 'text':
      return ['number', 'date', 'datetime'];
    case 'datetime':
      return ['zone', 'date', 'text'];
    case 'date':
      return ['datetime', 'text'];
    case 'integer':
    case 'number':
      return ['date', 'datetime', 'text'];
    case 'boolean':
      return ['text'];
  }
}

export function freshChange(kind: Change['kind']): Change {
  switch (kind) {
    case 'number':
      return { kind, decimal: '.', unit: '' };
    case 'date':
    case 'datetime':
      return { kind, format: dateFormats[kind][0] };
    case 'text':
      return { kind };
    case 'zone':
      return { kind, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, to: 'UTC' };
  }
}

/** The step; null while something is not filled in. */
export function changeStep(column: string, change: Change): CleaningStep | null {
  const plain = { kind: 'convert', column, decimal: '.', dateOrder: 'ymd' } as const;
  switch (change.kind) {
    case 'number': {
      const unit = change.unit.trim();
      return { ...plain, type: 'number', decimal: change.decimal, ...(unit === '' ? {} : { unit }) };
    }
    case 'date':
    case 'datetime': {
      const format = change.format.trim();
      return format.length < 4 ? null : { ...plain, type: change.kind, format };
    }
    case 'text':
      return { ...plain, type: 'text' };
    case 'zone': {
      const [zone, to] = [change.zone.trim(), change.to.trim()];
      return zone === '' || to === '' || zone === to ? null : { kind: 'time-zone', column, zone, to };
    }
  }
}
