/** What every page must keep to, measured in the page: nothing wider than the window, no text cut off, all of it reachable. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Waits until the page stands still: no skeleton, no request under way for a moment, two equal frames. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('[class*="Skeleton-root"], [class*="mantine-Loader"]') === null,
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    let last = '';
    for (let equal = 0, tries = 0; equal < 3 && tries < 40; tries += 1) {
      await new Promise((done) => setTimeout(done, 60));
      const main = document.getElementById('main');
      const now = `${main?.textContent?.length} ${main?.querySelectorAll('*').length} ${main?.scrollHeight}`;
      equal = now === last ? equal + 1 : 0;
      last = now;
    }
  });
}

/** Findings of axe that are serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Colours in transition after a switch of scheme are nobody's contrast.
  await page.waitForTimeout(500);
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`));
}

/** Boxes of the page that are wider than their place, one line each. */
export const findOverflow = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const root = document.documentElement;
    const found: string[] = [];
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
    const main = document.getElementById('main');
    if (main !== null && main.scrollWidth > main.clientWidth) found.push(`main is ${main.scrollWidth} px wide`);
    for (const box of main?.querySelectorAll<HTMLElement>(
      '[class*="_scroll_"], [class*="_inner_"], [class*="_fill_"]',
    ) ?? []) {
      if (box.closest('.ag-root-wrapper') !== null || box.clientWidth === 0) continue;
      if (box.scrollWidth > box.clientWidth + 1) {
        found.push(`${box.className} is ${box.scrollWidth} px wide in ${box.clientWidth} px`);
      }
    }
    return found;
  });

/**
 * Texts cut off by a box that does not scroll, or standing out of their own box. Texts that end in an ellipsis are meant
 * to be cut (the whole is in a tooltip), rows and columns of the grid scroll, and charts draw their own text.
 */
export const findClippedTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const isHidden = (style: CSSStyleDeclaration) =>
      style.visibility === 'hidden' || style.clipPath !== 'none' || style.clip !== 'auto';
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (text === '' || parent === null) continue;
      if (parent.closest('svg, script, style, option, textarea, .ag-root-wrapper, [data-clip-ok]') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || box.right < 0 || box.bottom < 0) continue;
      for (let at: HTMLElement | null = parent; at !== null && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (isHidden(style)) break;
        if (style.textOverflow === 'ellipsis' && style.overflowX !== 'visible') break;
        const around = at.getBoundingClientRect();
        const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
        if (scrolls) break;
        const cuts = style.overflowX !== 'visible' || style.overflowY !== 'visible';
        const isBox = at === parent && style.display !== 'inline' && style.display !== 'contents';
        if (!cuts && !isBox) continue;
        const over = Math.max(box.right - around.right, around.left - box.left);
        const tall = cuts ? Math.max(box.bottom - around.bottom, around.top - box.top) : 0;
        if (over > 1.5 || tall > 3) {
          found.push(
            `"${text.slice(0, 60)}" stands ${Math.round(over)} px beside and ${Math.round(tall)} px below <${at.tagName.toLowerCase()} class="${at.className}">`,
          );
          break;
        }
      }
    }
    return found;
  });

/** An element met by the Tab key, with what focus changed in its look. */
export type TabStop = { readonly name: string; readonly visible: boolean };

/**
 * Tabs through the page once. Gives the stops whose focus shows nowhere (in the element or the boxes around it), and the
 * controls that Tab never reached although no arrow key leads to them.
 */
export async function walkByTab(
  page: Page,
  limit = 160,
): Promise<{ readonly unseen: readonly string[]; readonly unreached: readonly string[] }> {
  await page.evaluate(() => {
    const name = (element: Element) =>
      `<${element.tagName.toLowerCase()}> ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''}`;
    const look = (element: Element): string => {
      const boxes: Element[] = [];
      for (let at: Element | null = element; at !== null && boxes.length < 4; at = at.parentElement) boxes.push(at);
      return boxes
        .map((box) => {
          const style = getComputedStyle(box);
          return `${style.outlineStyle === 'none' ? '' : style.outline}|${style.boxShadow}|${style.borderColor}|${style.backgroundColor}`;
        })
        .concat(
          [...(element.parentElement?.querySelectorAll('*') ?? [])].slice(0, 12).map((each) => {
            const style = getComputedStyle(each);
            return `${style.outlineStyle === 'none' ? '' : style.outline}|${style.boxShadow}|${style.borderColor}`;
          }),
        )
        .join(';');
    };
    const seen = new Set<Element>();
    const unseen: string[] = [];
    let previous: { element: Element; look: string } | null = null;
    const step = (): boolean => {
      if (previous !== null) {
        if (previous.element.isConnected && look(previous.element) === previous.look)
          unseen.push(name(previous.element));
        previous = null;
      }
      const element = document.activeElement;
      if (element === null || element === document.body) return true;
      if (seen.has(element)) return false;
      seen.add(element);
      previous = { element, look: look(element) };
      return true;
    };
    const unreached = (): string[] =>
      [
        ...document.querySelectorAll<HTMLElement>(
          'main button, main a[href], main input, main textarea, main [role=slider]',
        ),
      ]
        .filter((element) => {
          if (seen.has(element) || element.closest('.ag-root-wrapper, [aria-hidden=true], [inert]') !== null)
            return false;
          if (element.matches(':disabled, [data-disabled], input[type=file], input[type=hidden], input[type=radio]'))
            return false;
          if (element.getAttribute('role') === 'tab') return false;
          return element.offsetParent !== null && getComputedStyle(element).visibility !== 'hidden';
        })
        .map(name);
    Reflect.set(window, 'tabWalk', { step, unseen, unreached });
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  type Walk = { step: () => boolean; unseen: string[]; unreached: () => string[] };
  for (let press = 0; press < limit; press += 1) {
    await page.keyboard.press('Tab');
    const goesOn = await page.evaluate(() => (Reflect.get(window, 'tabWalk') as Walk).step());
    if (!goesOn) break;
  }
  return page.evaluate(() => {
    const { unseen, unreached } = Reflect.get(window, 'tabWalk') as Walk;
    return { unseen, unreached: unreached() };
  });
}

/** Presses Tab until the focused element's accessible text matches; throws when it never does. */
export async function tabTo(page: Page, pattern: RegExp, limit = 120): Promise<void> {
  for (let press = 0; press < limit; press += 1) {
    const text = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return '';
      const id = element.getAttribute('id');
      const label = id === null ? null : document.querySelector(`label[for="${CSS.escape(id)}"]`);
      return [element.getAttribute('aria-label'), label?.textContent, element.textContent?.trim()]
        .filter(Boolean)
        .join(' ');
    });
    if (pattern.test(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${pattern}`);
}
