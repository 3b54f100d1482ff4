import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { findClippedTexts, findOverflow, settled } from './window-checks.ts';

/**
 * The page as it stands, at both sizes: nothing wider than the window, no text cut off. With AUGURY_PICTURES pictures of it
 * in both schemes are written to that folder.
 */
export async function checkPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.AUGURY_PICTURES;
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await settled(page);
    expect(await findOverflow(page), `${name} at ${width} px`).toEqual([]);
    expect(await findClippedTexts(page), `${name} at ${width} px`).toEqual([]);
    if (!folder) continue;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(150); // colours fade
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, caret: 'initial' });
    }
  }
}
