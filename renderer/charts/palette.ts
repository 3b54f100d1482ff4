/**
 * Colours of the charts, one palette a scheme. Categories are the Okabe–Ito set in an order that keeps neighbours apart;
 * contributions run from blue (lowers) through neutral to orange (raises); magnitude runs along one hue.
 */

/** The colours a builder may use. */
export type Palette = {
  readonly scheme: 'light' | 'dark';
  readonly background: string;
  readonly text: string;
  readonly dimmed: string;
  readonly line: string;
  readonly grid: string;
  /** At most seven series; the rest is grouped before it gets here. */
  readonly categories: readonly [string, string, string, string, string, string, string];
  readonly raises: string;
  readonly lowers: string;
  /** Diverging ramp, low → neutral → high. */
  readonly diverging: readonly [string, string, string];
  /** Sequential ramp, little → much. */
  readonly sequential: readonly [string, string];
  readonly reference: string;
  readonly good: string;
  readonly bad: string;
};

const light: Palette = {
  scheme: 'light',
  background: '#ffffff',
  text: '#1c2025',
  dimmed: '#565e68',
  line: '#979fa9',
  grid: '#e8ebef',
  categories: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#727b86'],
  raises: '#d9730d',
  lowers: '#0072b2',
  diverging: ['#0072b2', '#eceef0', '#d9730d'],
  sequential: ['#e9f1fa', '#0b4f86'],
  reference: '#727b86',
  good: '#12724a',
  bad: '#b02a20',
};

const dark: Palette = {
  scheme: 'dark',
  background: '#16191d',
  text: '#dfe3e8',
  dimmed: '#a3abb6',
  line: '#656e79',
  grid: '#272c33',
  categories: ['#56b4e9', '#e69f00', '#2dbd92', '#d992bb', '#f0e442', '#ee7a2f', '#979fa9'],
  raises: '#f0964a',
  lowers: '#56b4e9',
  diverging: ['#3f9bd8', '#3a414a', '#f0964a'],
  sequential: ['#1a2a3a', '#7cc4f5'],
  reference: '#8d96a1',
  good: '#62c596',
  bad: '#f18e85',
};

/** The palette of a scheme. */
export const paletteOf = (scheme: 'light' | 'dark'): Palette => (scheme === 'dark' ? dark : light);

/** A colour of the palette with an opacity, 0…1. `colour` is #rrggbb. */
export function withAlpha(colour: string, alpha: number): string {
  const level = Math.round(Math.min(1, Math.max(0, alpha)) * 255);
  return `${colour}${level.toString(16).padStart(2, '0')}`;
}
