/** What the page tells the frame around it: its trail of links, and the overlays it may open. */
import { createSignal } from './signal.ts';

/** One step of the breadcrumb; the last one carries no link. */
export type Crumb = { readonly label: string; readonly to?: string };

/** The trail shown in the top bar. */
export const crumbsSignal = createSignal<readonly Crumb[]>([]);

/** Whether the jobs drawer is open. */
export const jobsDrawerSignal = createSignal(false);

/** Whether the list of keyboard shortcuts is open. */
export const shortcutsSignal = createSignal(false);
