/**
 * The application's icon as a function: a rounded square, a rising line, a point at its end. Coordinates are those of a
 * 32-unit square, the same as in renderer/public/icon.svg; coverage is sampled on a grid inside each pixel.
 */
type Point = readonly [number, number];
type Colour = readonly [number, number, number];

const ground: Colour = [0x1c, 0x5d, 0x99];
const ink: Colour = [0xff, 0xff, 0xff];
const mark: Colour = [0xf0, 0xa6, 0x3c];
const line: readonly Point[] = [
  [7, 22.5],
  [13, 15],
  [18, 19],
  [25, 9.5],
];
const halfStroke = 1.3;
const end: Point = [25, 9.5];
const endRadius = 2.6;
const cornerRadius = 7;

/** Distance from a point to a segment. */
function toSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
  const clamped = Math.max(0, Math.min(1, t));
  return Math.hypot(x - ax - clamped * (bx - ax), y - ay - clamped * (by - ay));
}

/** Colour at a point, or null outside the square. */
function colourAt(x: number, y: number): Colour | null {
  const dx = Math.max(cornerRadius - x, x - (32 - cornerRadius), 0);
  const dy = Math.max(cornerRadius - y, y - (32 - cornerRadius), 0);
  if (Math.hypot(dx, dy) > cornerRadius) return null;
  if (Math.hypot(x - end[0], y - end[1]) <= endRadius) return mark;
  const onLine = line.slice(1).some((b, i) => toSegment(x, y, line[i] ?? b, b) <= halfStroke);
  return onLine ? ink : ground;
}

/** RGBA pixels of the icon at `size` × `size`. */
export function drawIcon(size: number, samples = 4): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const sum = [0, 0, 0, 0];
      for (let s = 0; s < samples * samples; s++) {
        const x = ((px + ((s % samples) + 0.5) / samples) * 32) / size;
        const y = ((py + (Math.floor(s / samples) + 0.5) / samples) * 32) / size;
        const colour = colourAt(x, y);
        if (colour === null) continue;
        for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (colour[c] ?? 0);
        sum[3] = (sum[3] ?? 0) + 1;
      }
      const covered = sum[3] ?? 0;
      const at = (py * size + px) * 4;
      for (let c = 0; c < 3; c++) pixels[at + c] = covered === 0 ? 0 : Math.round((sum[c] ?? 0) / covered);
      pixels[at + 3] = Math.round((covered * 255) / (samples * samples));
    }
  }
  return pixels;
}
