/** What jsdom lacks and the window needs: media queries and resize observers. */
class SilentObserver {
  observe(): void {
    // Nothing changes size in jsdom.
  }
  unobserve(): void {
    // Nothing was observed.
  }
  disconnect(): void {
    // Nothing to stop.
  }
}

/** Installs the stand-ins on the present window. */
export function prepareDom(): void {
  Object.defineProperty(window, 'matchMedia', {
    configurable: true,
    value: (query: string) => ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
      addListener: () => undefined,
      removeListener: () => undefined,
      dispatchEvent: () => false,
      onchange: null,
    }),
  });
  Object.defineProperty(window, 'ResizeObserver', { configurable: true, value: SilentObserver });
}
