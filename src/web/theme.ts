// Colours of both front ends, one source: CSS variables for stylesheets, the same values for charts and antd.
export type ThemeChoice = 'light' | 'dark' | 'auto'
export type Theme = 'light' | 'dark'

// Text pairs reach 4.5:1 and control borders 3:1 against `surface` and `ground` (WCAG 2.2 AA).
const light = {
  ground: '#f6f7f4',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f0f2ed',
  line: '#e3e6df',
  lineStrong: '#868d83',
  ink: '#1b211d',
  inkSoft: '#4c554e',
  inkFaint: '#656e67',
  accent: '#17734f',
  accentHover: '#125e40',
  accentSoft: '#e4f1ea',
  accentInk: '#0f5c3e',
  onAccent: '#ffffff',
  danger: '#b3372d',
  dangerSoft: '#fbeae8',
  warning: '#8a5a00',
  warningSoft: '#fbf1dc',
  info: '#2a5fa5',
  infoSoft: '#e7eff9',
  shadow: '0 1px 2px rgb(27 33 29 / 5%), 0 8px 24px -12px rgb(27 33 29 / 14%)',
}

const dark: Record<keyof typeof light, string> = {
  ground: '#111412',
  surface: '#181c19',
  raised: '#1f2421',
  sunken: '#131614',
  line: '#2a302c',
  lineStrong: '#6f7a72',
  ink: '#e9ece8',
  inkSoft: '#b6beb8',
  inkFaint: '#929b94',
  accent: '#4dbd8c',
  accentHover: '#69cca1',
  accentSoft: '#1b3329',
  accentInk: '#7cd6ae',
  onAccent: '#07150e',
  danger: '#f08a80',
  dangerSoft: '#3a211e',
  warning: '#e3b35c',
  warningSoft: '#352a15',
  info: '#86b3ee',
  infoSoft: '#1c2a3d',
  shadow: '0 1px 2px rgb(0 0 0 / 30%), 0 12px 32px -12px rgb(0 0 0 / 60%)',
}

export type Palette = Record<keyof typeof light, string>
export const PALETTES: Record<Theme, Palette> = { light, dark }

/** Series colours, distinguishable with the common colour-vision deficiencies; first is the brand's. */
export const SERIES: Record<Theme, readonly string[]> = {
  light: ['#17734f', '#d07b1e', '#3b6fb6', '#a8477f', '#6a8f1f', '#7c62b8', '#5d6b66'],
  dark: ['#4dbd8c', '#e8a557', '#7aa9e6', '#d987b4', '#a9c957', '#ab96de', '#97a59f'],
}

const KEY = 'banyan.theme'
const systemDark = () => matchMedia('(prefers-color-scheme: dark)')

export function storedTheme(): ThemeChoice {
  const stored = localStorage.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'auto'
}

export const resolveTheme = (choice: ThemeChoice): Theme =>
  choice === 'auto' ? (systemDark().matches ? 'dark' : 'light') : choice

/** Writes the palette as CSS variables (`--ink-soft`, `--accent` …) and remembers the choice. */
export function applyTheme(choice: ThemeChoice): Theme {
  const theme = resolveTheme(choice)
  const root = document.documentElement
  root.dataset.theme = theme
  root.style.colorScheme = theme
  for (const [name, value] of Object.entries(PALETTES[theme]))
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value)
  if (choice === 'auto') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, choice)
  return theme
}

/** Calls back when the system switches; returns how to stop. */
export function onSystemTheme(changed: () => void): () => void {
  const media = systemDark()
  media.addEventListener('change', changed)
  return () => media.removeEventListener('change', changed)
}
