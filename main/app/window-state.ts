/** Where the window was, kept between runs and brought back onto a screen that still exists. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});

export type WindowState = z.infer<typeof stateSchema>;
export type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const minimumSize = { width: 1024, height: 700 } as const;
const preferredSize = { width: 1280, height: 800 } as const;
/** A window must show at least this much of itself on some screen, or nobody could grab it. */
const GRIP = 120;

/** The kept state, or null when there is none or it cannot be read. */
export function readWindowState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Keeps the state; a disk that refuses costs the position, never the window. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    // the window opens where it opens
  }
}

/** Fits a kept state to the screens there are now; the first area is the primary screen's. */
export function fitToScreens(state: WindowState | null, screens: readonly Area[]): WindowState {
  const primary = screens[0] ?? { x: 0, y: 0, ...preferredSize };
  const home = state === null ? undefined : screens.find((screen) => overlap(state, screen) >= GRIP * GRIP);
  const screen = home ?? primary;
  const width = Math.min(Math.max(state?.width ?? preferredSize.width, minimumSize.width), screen.width);
  const height = Math.min(Math.max(state?.height ?? preferredSize.height, minimumSize.height), screen.height);
  const centred = {
    x: Math.round(screen.x + (screen.width - width) / 2),
    y: Math.round(screen.y + (screen.height - height) / 2),
  };
  if (state === null || home === undefined) return { ...centred, width, height, maximized: state?.maximized ?? false };
  return {
    x: clamp(state.x, screen.x, screen.x + screen.width - width),
    y: clamp(state.y, screen.y, screen.y + screen.height - height),
    width,
    height,
    maximized: state.maximized,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

function overlap(a: Area, b: Area): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
