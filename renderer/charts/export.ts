/** Charts and their tables as files and clipboard content. */
import { copyText, saveBlob } from '../client/save.ts';
import type { Palette } from './palette.ts';
import { type ChartSpec, tableCsv } from './spec.ts';
import { completeOption, loadEcharts } from './use-echart.ts';

const size = { width: 960, height: 540 };

async function drawOffscreen(spec: ChartSpec, palette: Palette, renderer: 'canvas' | 'svg'): Promise<Blob> {
  const echarts = await loadEcharts();
  const host = document.createElement('div');
  const chart = echarts.init(host, null, { renderer, ...size, devicePixelRatio: 2, ssr: renderer === 'svg' });
  try {
    chart.setOption({ ...completeOption(spec, '', false), backgroundColor: palette.background, animation: false });
    if (renderer === 'svg') return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' });
    const address = chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: palette.background });
    const bytes = Uint8Array.from(atob(address.slice(address.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
    return new Blob([bytes], { type: 'image/png' });
  } finally {
    chart.dispose();
  }
}

const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');

/** Saves the picture as PNG or SVG. */
export async function savePicture(
  spec: ChartSpec,
  palette: Palette,
  title: string,
  kind: 'png' | 'svg',
): Promise<void> {
  const blob = await drawOffscreen(spec, palette, kind === 'svg' ? 'svg' : 'canvas');
  saveBlob(blob, `${fileName(title)}.${kind}`);
}

/** Puts the picture on the clipboard as PNG. */
export async function copyPicture(spec: ChartSpec, palette: Palette): Promise<void> {
  const blob = await drawOffscreen(spec, palette, 'canvas');
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
}

/** Saves the table as CSV. */
export function saveTable(spec: ChartSpec, title: string): void {
  saveBlob(new Blob([tableCsv(spec.table)], { type: 'text/csv' }), `${fileName(title)}.csv`);
}

/** Copies the table, tab-separated, as spreadsheets take it. */
export const copyTable = (spec: ChartSpec): Promise<boolean> => copyText(tableCsv(spec.table, '\t'));
