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

/** Where leaves gather, as circles of the crown: x, y, radius. */
const LEAVES = [
  [96, 138, 46],
  [136, 96, 54],
  [196, 74, 60],
  [256, 92, 56],
  [304, 134, 46],
  [150, 150, 44],
  [212, 138, 56],
  [262, 152, 42],
] as const
/** Aerial roots: where they hang, and how far down they have come; 272 is the ground. */
const ROOTS = [
  [78, 272],
  [106, 222],
  [132, 272],
  [272, 272],
  [298, 236],
  [322, 272],
] as const

/** A banyan: each aerial root that reaches the ground carries the crown further. */
function Grove() {
  return (
    <svg viewBox="0 0 400 300" className="door-art" role="presentation">
      <g className="door-crown">
        {LEAVES.map(([x, y, r]) => (
          <circle key={`${x} ${y}`} cx={x} cy={y} r={r} />
        ))}
      </g>
      <path
        className="door-trunk"
        d="M178 272c14-30 16-66 10-106M222 272c-14-30-14-66-8-104M200 272v-84M188 186c-16-18-30-26-52-32M214 182c14-18 30-26 50-30"
      />
      {ROOTS.map(([x, end]) => (
        <path key={x} d={`M${x} 168Q${x + (x < 200 ? 5 : -5)} 220 ${x} ${end}`} />
      ))}
      <path d="M20 272h360" className="door-ground" />
    </svg>
  )
}
