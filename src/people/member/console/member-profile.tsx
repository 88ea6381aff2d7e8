import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import type { Member } from './member-header.tsx'

const FIELD_TITLES: Record<string, Text> = {
  name: { en: 'Name', zh: '姓名' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
  avatar: { en: 'Picture', zh: '头像' },
  birthday: { en: 'Birthday', zh: '生日' },
  gender: { en: 'Gender', zh: '性别' },
  locale: { en: 'Language', zh: '语言' },
  timezone: { en: 'Time zone', zh: '时区' },
  city: { en: 'City', zh: '城市' },
  ageGroup: { en: 'Age group', zh: '年龄段' },
  entry: { en: 'Came by', zh: '来源入口' },
  favourite: { en: 'Favourite', zh: '偏好' },
}
const GENDERS: Record<string, Text> = {
  male: { en: 'male', zh: '男' },
  female: { en: 'female', zh: '女' },
}
const IDENTITY_TITLES: Record<string, Text> = {
  externalId: { en: 'Brand id', zh: '品牌会员号' },
  anonymousId: { en: 'Device', zh: '匿名设备' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
}

/** More than this and the column would outgrow the timeline; the rest is one press away. */
const SHOWN = 8

function flat(value: unknown, path = ''): [string, string][] {
  if (value === null || value === undefined) return []
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key))
  return [
    [
      path,
      Array.isArray(value)
        ? value.map((v) => (typeof v === 'object' ? JSON.stringify(v) : v)).join(', ')
        : String(value),
    ],
  ]
}

export function MemberProfile({ member: m }: { member: Member }) {
  const t = useText()
  const format = useFormat()
  const rows = flat(m.properties).sort(([a], [b]) => Number(b in FIELD_TITLES) - Number(a in FIELD_TITLES))
  const list = (some: readonly [string, string][]) => (
    <dl className="pairs">
      {some.map(([path, value]) => (
        <div key={path}>
          <dt>{FIELD_TITLES[path] ? t(FIELD_TITLES[path]) : path}</dt>
          <dd>{path === 'gender' && GENDERS[value] ? t(GENDERS[value]) : value}</dd>
        </div>
      ))}
    </dl>
  )
  return (
    <section className="card">
      <header>
        <h2 className="grow">{t({ en: 'Profile', zh: '档案' })}</h2>
        {m.masked ? <span className="pill">{t({ en: 'contact masked', zh: '联系方式已脱敏' })}</span> : null}
      </header>
      {rows.length === 0 ? (
        <p className="soft">{t({ en: 'Nothing is known yet.', zh: '暂无属性信息。' })}</p>
      ) : (
        list(rows.slice(0, SHOWN))
      )}
      {rows.length > SHOWN ? (
        <details className="more">
          <summary>{t({ en: `${rows.length - SHOWN} more`, zh: `其余 ${rows.length - SHOWN} 项` })}</summary>
          {list(rows.slice(SHOWN))}
        </details>
      ) : null}
      <details className="more">
        <summary>{t({ en: `Identities (${m.identities.length})`, zh: `身份标识（${m.identities.length}）` })}</summary>
        <dl className="pairs">
          {m.identities.map((i) => (
            <div key={`${i.kind} ${i.value}`}>
              <dt>{IDENTITY_TITLES[i.kind] ? t(IDENTITY_TITLES[i.kind] as Text) : i.kind}</dt>
              <dd>
                <code>{i.value}</code>
                <span className="faint small">{format.day(i.since)}</span>
              </dd>
            </div>
          ))}
        </dl>
        {m.mergedIds.length > 0 ? (
          <p className="faint small">
            {t({
              en: `${m.mergedIds.length} members were merged into this one.`,
              zh: `已合并 ${m.mergedIds.length} 个重复成员。`,
            })}
          </p>
        ) : null}
      </details>
    </section>
  )
}
