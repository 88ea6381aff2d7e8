import { Input } from 'antd'
import { useMemo, useState } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { ROLE_NAMES, ROLE_TITLES } from './roles.ts'
import './role-matrix.css'

/** Which role may do what, as the running system declares it. */
export function RoleMatrix() {
  const t = useText()
  const catalog = useCatalog()
  const clock = useCall('clock.get', {}, { staleTime: Number.POSITIVE_INFINITY })
  const manual = clock.data?.manual === true
  const [text, setText] = useState('')
  return (
    <>
      <PageHead
        title={t({ en: 'Roles and rights', zh: '角色权限' })}
        hint={t({
          en: 'Rights come with the role. Whose data somebody sees is their scope, set with each operator.',
          zh: '权限随角色而定；能看到哪些成员由「数据范围」决定，可在运营人员页逐人设置。',
        })}
        actions={
          <Input
            type="search"
            allowClear
            prefix={<Icon name="search" size={15} />}
            aria-label={t({ en: 'Search rights', zh: '搜索权限' })}
            placeholder={t({ en: 'Search rights', zh: '搜索权限' })}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        }
      />
      <Answer of={catalog} rows={10}>
        {({ rights, capabilities }) => (
          <Matrix rights={rights.filter((r) => manual || !r.name.startsWith(`${LAST}.`))} {...{ capabilities, text }} />
        )}
      </Answer>
    </>
  )
}

/** First words of rights that are no capability of their own. */
const NOUNS: Readonly<Record<string, Text>> = {
  key: { en: 'API keys', zh: 'API 密钥' },
  audit: { en: 'Audit log', zh: '审计日志' },
  source: { en: 'Sources', zh: '数据来源' },
}

/** Where the clock is real, nobody ever uses its right. */
const LAST = 'clock'

interface Props {
  rights: readonly { name: string; title: { en: string; zh: string }; roles: readonly string[] }[]
  capabilities: readonly { name: string; title: { en: string; zh: string } }[]
  text: string
}

function Matrix({ rights, capabilities, text }: Props) {
  const t = useText()
  const groups = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    const shown = rights.filter((r) => `${r.name} ${r.title.en} ${r.title.zh}`.toLowerCase().includes(wanted))
    const nouns = [...Map.groupBy(shown, (r) => r.name.split('.')[0] ?? '')]
    return nouns.sort(([a], [b]) => Number(a === LAST) - Number(b === LAST))
  }, [rights, text])
  const titleOf = (noun: string) => {
    const title = capabilities.find((c) => c.name === noun)?.title ?? NOUNS[noun]
    return title ? t(title) : noun
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <section className="card role-matrix" tabIndex={0} aria-label={t({ en: 'Rights by role', zh: '角色权限对照表' })}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t({ en: 'Right', zh: '权限' })}</th>
            {ROLE_NAMES.map((role) => (
              <th scope="col" key={role}>
                {t(ROLE_TITLES[role])}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(([slice, list]) => (
          <tbody key={slice}>
            <tr>
              <th colSpan={ROLE_NAMES.length + 1} scope="rowgroup" className="role-group">
                {titleOf(slice)}
              </th>
            </tr>
            {list.map((right) => (
              <tr key={right.name}>
                <th scope="row">
                  {t(right.title)}
                  <code className="faint">{right.name}</code>
                </th>
                {ROLE_NAMES.map((role) => {
                  const held = role === 'owner' || right.roles.includes(role)
                  return (
                    <td key={role}>
                      {held ? (
                        <span className="role-held">
                          <Icon name="check" size={15} />
                          <span className="sr-only">{t({ en: 'yes', zh: '有' })}</span>
                        </span>
                      ) : (
                        <span className="sr-only">{t({ en: 'no', zh: '无' })}</span>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}
