import { Popover } from 'antd'
import type { ReactNode } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from './icon.tsx'

/** A small “i” that opens how a number is defined (指标口径). */
export function Definition({ of, children }: { of: string; children: ReactNode }) {
  const t = useText()
  return (
    <Popover
      trigger={['click']}
      title={t({ en: 'Definition', zh: '指标口径' })}
      content={<div style={{ maxWidth: 300 }}>{children}</div>}
    >
      <button
        type="button"
        className="bare faint"
        aria-label={t({ en: `Definition of ${of}`, zh: `${of}的指标口径` })}
        style={{ lineHeight: 0, padding: 4, margin: -4 }}
      >
        <Icon name="info" size={14} />
      </button>
    </Popover>
  )
}
