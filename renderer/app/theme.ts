/**
 * The look: neutral surfaces, one accent, semantic good, warn and bad. Light and dark are equals. The variables below
 * replace the library's defaults that fail WCAG AA (dimmed, placeholder and light-variant text).
 */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = [
  '#eef4fb',
  '#dbe8f5',
  '#b5d0ea',
  '#8ab5dd',
  '#5f99cf',
  '#3c80be',
  '#1d66a8',
  '#185692',
  '#134677',
  '#0d355c',
];
const gray: MantineColorsTuple = [
  '#f7f8f9',
  '#f0f2f4',
  '#e4e7eb',
  '#d5dae0',
  '#bcc3cb',
  '#979fa9',
  '#727b86',
  '#565e68',
  '#3a4149',
  '#1c2025',
];
const dark: MantineColorsTuple = [
  '#dfe3e8',
  '#a9b1bb',
  '#8d96a1',
  '#656e79',
  '#30353d',
  '#292e35',
  '#22262c',
  '#16191d',
  '#111418',
  '#0b0d10',
];

const tones = {
  light: {
    '--aug-body': '#ffffff',
    '--aug-rail': '#f6f7f9',
    '--aug-raised': '#ffffff',
    '--aug-sunken': '#f6f7f9',
    '--aug-hover': '#f0f3f6',
    '--aug-selected': '#e6effa',
    '--aug-hairline': '#e1e5ea',
    '--aug-hairline-strong': '#cfd5dc',
    '--aug-text': '#1c2025',
    '--aug-dimmed': '#565e68',
    '--aug-accent': '#1d66a8',
    '--aug-accent-text': '#185692',
    '--aug-good': '#12724a',
    '--aug-good-back': '#e5f4ec',
    '--aug-warn': '#8a5200',
    '--aug-warn-back': '#fdf1dc',
    '--aug-bad': '#b02a20',
    '--aug-bad-back': '#fceae8',
    '--aug-info': '#185692',
    '--aug-info-back': '#e9f1fa',
  },
  dark: {
    '--aug-body': '#16191d',
    '--aug-rail': '#111418',
    '--aug-raised': '#1c2025',
    '--aug-sunken': '#121519',
    '--aug-hover': '#20252b',
    '--aug-selected': '#1d2f42',
    '--aug-hairline': '#292e35',
    '--aug-hairline-strong': '#3a414a',
    '--aug-text': '#dfe3e8',
    '--aug-dimmed': '#a3abb6',
    '--aug-accent': '#5f99cf',
    '--aug-accent-text': '#8ab5dd',
    '--aug-good': '#62c596',
    '--aug-good-back': '#16301f',
    '--aug-warn': '#e3ac54',
    '--aug-warn-back': '#34270f',
    '--aug-bad': '#f18e85',
    '--aug-bad-back': '#3a1c19',
    '--aug-info': '#8ab5dd',
    '--aug-info-back': '#182a3c',
  },
} as const;

/** The theme of every page. */
export const theme = createTheme({
  colors: { ink, gray, dark },
  primaryColor: 'ink',
  primaryShade: { light: 6, dark: 6 },
  black: '#1c2025',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.4', xl: '1.3' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '14px', lineHeight: '1.4' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, fz: 'xs', multiline: true, maw: 360, radius: 'sm' } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.35 } },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.2 } } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Select: {
      defaultProps: { comboboxProps: { shadow: 'md', transitionProps: { duration: 80 } }, allowDeselect: false },
    },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Button: { defaultProps: { fw: 500 } },
    Tabs: { defaultProps: { keepMounted: false } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
});

/** Surface, text and semantic variables for both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...tones.light,
    '--mantine-color-body': tones.light['--aug-body'],
    '--mantine-color-text': tones.light['--aug-text'],
    '--mantine-color-dimmed': tones.light['--aug-dimmed'],
    '--mantine-color-placeholder': tones.light['--aug-dimmed'],
    '--mantine-color-anchor': tones.light['--aug-accent-text'],
    '--mantine-color-error': tones.light['--aug-bad'],
    '--mantine-color-default-border': tones.light['--aug-hairline-strong'],
    '--mantine-color-ink-light-color': tones.light['--aug-accent-text'],
    '--mantine-color-gray-light-color': tones.light['--aug-dimmed'],
    '--mantine-color-red-light-color': tones.light['--aug-bad'],
  },
  dark: {
    ...tones.dark,
    '--mantine-color-body': tones.dark['--aug-body'],
    '--mantine-color-text': tones.dark['--aug-text'],
    '--mantine-color-dimmed': tones.dark['--aug-dimmed'],
    '--mantine-color-placeholder': tones.dark['--aug-dimmed'],
    '--mantine-color-anchor': tones.dark['--aug-accent-text'],
    '--mantine-color-error': tones.dark['--aug-bad'],
    '--mantine-color-default-border': tones.dark['--aug-hairline-strong'],
    '--mantine-color-ink-light-color': tones.dark['--aug-accent-text'],
    '--mantine-color-gray-light-color': tones.dark['--aug-dimmed'],
    '--mantine-color-red-light-color': tones.dark['--aug-bad'],
  },
});
