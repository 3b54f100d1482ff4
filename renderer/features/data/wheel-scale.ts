/**
 * Above about 1.1 million rows the browser's limit on the height of an element makes the grid stretch its scroll: one
 * notch of the wheel then skips rows. Here the wheel is scaled back to pixels of rows, so that every row passes by.
 */

/** How many pixels of rows one pixel of scroll stands for; 1 while the grid fits the browser's limit. */
export function scrollStretch(rowCount: number, rowHeight: number, scrollHeight: number, clientHeight: number): number {
  const rows = rowCount * rowHeight - clientHeight;
  const scroll = scrollHeight - clientHeight;
  return rows > 0 && scroll > 0 ? Math.max(1, rows / scroll) : 1;
}

const lineHeight = 28;

/** Takes over the wheel of a grid's host while it is stretched; returns the way to stop. */
export function scaleWheel(host: HTMLElement, rowCount: () => number, rowHeight: number): () => void {
  let rest = 0;
  const onWheel = (event: WheelEvent) => {
    const viewport = host.querySelector<HTMLElement>('.ag-grid-viewport');
    if (viewport === null || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return;
    const { scrollHeight, clientHeight } = viewport;
    const stretch = scrollStretch(rowCount(), rowHeight, scrollHeight, clientHeight);
    if (stretch <= 1.01) return;
    event.preventDefault();
    event.stopPropagation();
    const unit = event.deltaMode === 1 ? lineHeight : event.deltaMode === 2 ? clientHeight : 1;
    const wanted = (event.deltaY * unit) / stretch + rest;
    const before = viewport.scrollTop;
    viewport.scrollTop = before + wanted;
    rest = Math.abs(wanted) < 1 ? wanted - (viewport.scrollTop - before) : 0;
  };
  host.addEventListener('wheel', onWheel, { capture: true, passive: false });
  return () => host.removeEventListener('wheel', onWheel, { capture: true });
}
