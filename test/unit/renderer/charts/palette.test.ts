import { describe, expect, it } from 'vitest';
import { paletteOf, withAlpha } from '../../../../renderer/charts/palette.ts';

/** Contrast ratio of two #rrggbb colours (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe('P2 colours of the charts', () => {
  for (const scheme of ['light', 'dark'] as const) {
    const palette = paletteOf(scheme);

    it(`keeps text readable in the ${scheme} scheme (AA)`, () => {
      for (const colour of [palette.text, palette.dimmed])
        expect(contrast(colour, palette.background)).toBeGreaterThan(4.5);
    });

    it(`keeps the first series and the contributions visible in the ${scheme} scheme`, () => {
      for (const colour of [palette.categories[0], palette.raises, palette.lowers]) {
        expect(contrast(colour, palette.background)).toBeGreaterThan(3);
      }
      expect(new Set(palette.categories).size).toBe(7);
    });
  }

  it('writes opacity as the last two digits', () => {
    expect(withAlpha('#0072b2', 0.5)).toBe('#0072b280');
    expect(withAlpha('#0072b2', 2)).toBe('#0072b2ff');
  });
});
