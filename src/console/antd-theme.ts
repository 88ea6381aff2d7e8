import { theme as antdTheme, type ThemeConfig } from 'antd'
import { PALETTES, type Theme } from '#web/theme.ts'

/** Our palette in Ant Design's words. Sizes: 13 px text keeps tables dense, 34 px controls keep them easy to hit. */
export function antdThemeOf(theme: Theme): ThemeConfig {
  const c = PALETTES[theme]
  return {
    algorithm: theme === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      colorPrimary: c.accent,
      colorInfo: c.accent,
      colorLink: c.accentInk,
      colorLinkHover: c.accent,
      colorSuccess: c.accent,
      colorWarning: c.warning,
      colorError: c.danger,
      colorTextBase: c.ink,
      colorBgBase: c.surface,
      colorBgLayout: c.ground,
      colorBgContainer: c.surface,
      colorBgElevated: c.raised,
      colorText: c.ink,
      colorTextSecondary: c.inkSoft,
      colorTextTertiary: c.inkFaint,
      colorTextDescription: c.inkSoft,
      colorTextPlaceholder: c.inkFaint,
      colorTextDisabled: c.inkFaint,
      colorTextLightSolid: c.onAccent,
      colorBorder: c.line,
      colorBorderSecondary: c.line,
      controlHeight: 34,
      controlHeightSM: 28,
      fontSize: 13,
      borderRadius: 8,
      borderRadiusSM: 6,
      borderRadiusLG: 12,
      fontFamily: 'var(--font)',
      fontFamilyCode: 'var(--mono)',
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      motionDurationMid: '0.14s',
      motionDurationSlow: '0.18s',
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Input: { colorBorder: c.lineStrong },
      InputNumber: { colorBorder: c.lineStrong },
      Select: { colorBorder: c.lineStrong },
      Checkbox: { colorBorder: c.lineStrong },
      Modal: { titleFontSize: 16 },
      Tooltip: { colorBgSpotlight: theme === 'dark' ? '#323a35' : '#1f2622', colorTextLightSolid: '#f4f6f3' },
      Segmented: { itemSelectedBg: c.raised, trackBg: c.sunken },
      Tabs: { horizontalItemGutter: 24, titleFontSize: 14 },
    },
  }
}
