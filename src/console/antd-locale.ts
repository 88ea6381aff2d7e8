import type { ConfigProviderProps } from 'antd'
import en from 'antd/es/locale/en_US.js'
import zh from 'antd/es/locale/zh_CN.js'
import type { Locale } from '#web/text.ts'

// The package types these files as CommonJS; what the bundler reads are the ES modules, whose default is the locale.
export const ANTD_LOCALES = { en, zh } as unknown as Record<Locale, NonNullable<ConfigProviderProps['locale']>>
