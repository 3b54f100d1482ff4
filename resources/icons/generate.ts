/** Writes the icons beside this file: `node resources/icons/generate.ts`. The committed ones came from it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawIcon } from './draw.ts';
import { encodeIcns, encodeIco, encodePng } from './encode.ts';

const picture = (size: number) => ({ size, png: encodePng(drawIcon(size), size) });
const target = process.argv[2] ?? import.meta.dirname;

writeFileSync(join(target, 'augury.png'), picture(512).png);
writeFileSync(join(target, 'augury.ico'), encodeIco([16, 24, 32, 48, 64, 128, 256].map(picture)));
writeFileSync(join(target, 'augury.icns'), encodeIcns([16, 32, 64, 128, 256, 512, 1024].map(picture)));
