import {
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Modal,
  Tooltip,
} from '@mantine/core';

// A deep pine green: its shade 7 carries white text (5.1:1) and stands out from the dark surface (3.1:1).
const pine: MantineColorsTuple = [
  '#ecf7f4',
  '#d7ece6',
  '#acdccf',
  '#7fccb8',
  '#5bbfa6',
  '#3aa98d',
  '#1b9177',
  '#0d7d68',
  '#0a6856',
  '#064d40',
];

const red: MantineColorsTuple = [
  '#fdeeed',
  '#f9dad8',
  '#f2b2ae',
  '#f0958f',
  '#e5655d',
  '#dc4c43',
  '#cd3a31',
  '#b92c25',
  '#a0231d',
  '#7d1812',
];

// Greys with a trace of the green, so that both themes belong together.
const slate: MantineColorsTuple = [
  '#d8dfdf',
  '#bcc7c8',
  '#98a6a8',
  '#6c7b7e',
  '#415055',
  '#2f3c41',
  '#253136',
  '#1b2529',
  '#151d21',
  '#0e1417',
];

const gray: MantineColorsTuple = [
  '#f6f8f8',
  '#eef1f1',
  '#e2e7e7',
  '#d2d9d9',
  '#b6c0c0',
  '#8b9798',
  '#6b7879',
  '#4d595a',
  '#333d3e',
  '#1f2728',
];

const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

export const theme = createTheme({
  colors: { pine, dark: slate, gray, red },
  primaryColor: 'pine',
  primaryShade: 7,
  black: '#172022',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: fonts,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontFamily: fonts,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.15rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    // What explains a field stands below it, so that fields beside each other are level.
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 250, withinPortal: false },
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        // A notice of three lines ends 100 px from the top; the button to close is 16 px inside.
        yOffset: 'clamp(5dvh, 84px, 12dvh)',
      },
    }),
  },
});

/** Where Mantine's own choice falls below 4.5:1, ours takes its place. */
export const variables: CSSVariablesResolver = (current) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': current.colors['gray']?.[7] ?? '#4d595a',
    '--mantine-color-placeholder': current.colors['gray']?.[6] ?? '#6b7879',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-body': '#ffffff',
    '--chatgate-ground': current.colors['gray']?.[0] ?? '#f6f8f8',
    '--chatgate-surface': '#ffffff',
    '--chatgate-line': current.colors['gray']?.[2] ?? '#e2e7e7',
    '--chatgate-soft': current.colors['pine']?.[0] ?? '#ecf7f4',
    '--chatgate-marked': '#fdf6e3',
    '--chatgate-good': '#0a6856',
    '--chatgate-warn': '#8a5200',
    '--chatgate-bad': '#b3261e',
    '--chatgate-link': '#0a6856',
    '--chatgate-sent': '#d7ece6',
    '--chatgate-track': current.colors['gray']?.[6] ?? '#6b7879',
  },
  dark: {
    '--mantine-color-dimmed': current.colors['dark']?.[2] ?? '#98a6a8',
    '--mantine-color-placeholder': current.colors['dark']?.[2] ?? '#98a6a8',
    '--mantine-color-error': '#ff9a92',
    '--mantine-color-body': current.colors['dark']?.[7] ?? '#1b2529',
    '--chatgate-ground': current.colors['dark']?.[8] ?? '#151d21',
    '--chatgate-surface': current.colors['dark']?.[7] ?? '#1b2529',
    '--chatgate-line': current.colors['dark']?.[5] ?? '#2f3c41',
    // Mantine's own is darker than the ground, so that a button looks like a hole.
    '--mantine-color-pine-light': '#1d332e',
    '--mantine-color-pine-light-hover': '#24413a',
    '--chatgate-soft': '#1d332e',
    '--chatgate-marked': '#35301c',
    '--chatgate-good': '#5bbfa6',
    '--chatgate-warn': '#f0b95a',
    '--chatgate-bad': '#ff9a92',
    '--chatgate-link': '#7fccb8',
    '--chatgate-sent': '#1f443b',
    '--chatgate-track': current.colors['dark']?.[3] ?? '#6c7b7e',
  },
});
