import { Button } from 'antd'
import type { ReactNode } from 'react'
import { usePreferences, useText } from '#web/preferences.tsx'
import { Mark } from '../icon.tsx'
import './door.css'

/** The page before the console: what this is on one side, one short form on the other. */
export function Door({ title, hint, children }: { title: string; hint: ReactNode; children: ReactNode }) {
  const t = useText()
  const { locale, setLocale } = usePreferences()
  return (
    <div className="door">
      <aside className="door-side" aria-hidden="true">
        <Grove />
        <p className="door-line">
          {t({
            en: 'Where a community gathers, and branches take root.',
            zh: '独木成林，社群共生。',
          })}
        </p>
      </aside>
      <main className="door-main">
        <div className="row between door-top">
          <span className="row door-name">
            <Mark size={30} />
            {t({ en: 'Banyan', zh: '榕 Banyan' })}
          </span>
          <Button type="text" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
            <span lang={locale === 'zh' ? 'en' : 'zh-CN'}>{locale === 'zh' ? 'English' : '中文'}</span>
          </Button>
        </div>
        <div className="door-form">
          <h1>{title}</h1>
          <p className="soft">{hint}</p>
          {children}
        </div>
      </main>
    </div>
  )
}

/** A banyan in a few strokes: each aerial root that reaches the ground carries the crown further. */
function Grove() {
  const roots = [70, 112, 150, 200, 246, 290, 330]
  return (
    <svg viewBox="0 0 400 320" className="door-art" role="presentation">
      <path
        d="M40 150c0-62 70-110 160-110s160 48 160 110c-26 18-48 6-66 14-24 10-46 4-64 14-22 10-42 8-62 0-20-8-40 2-62-12-20-10-44 2-66-16z"
        className="door-crown"
      />
      <path d="M182 160c2 40-2 70-20 112M218 160c-2 40 2 70 20 112M200 168v104" />
      {roots.map((x, i) => (
        <path key={x} d={`M${x} ${158 + (i % 3) * 6}q${i % 2 ? 5 : -5} 50 0 ${i % 3 === 1 ? 70 : 112 - (i % 3) * 6}`} />
      ))}
      <path d="M20 272h360" className="door-ground" />
    </svg>
  )
}
