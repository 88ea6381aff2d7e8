// What analysts may read: relations written before their statement, with today's member of every row, without erased
// members and those outside the caller's scope, and with contact details masked for who may not see them. Nothing else
// has a name where the statement runs.
import type { Text } from '#kernel/text'

export interface Column {
  name: string
  type: string
  title: Text
}

export interface Relation {
  name: string
  title: Text
  columns: readonly Column[]
}

const column = (name: string, type: string, en: string, zh: string): Column => ({ name, type, title: { en, zh } })
const MEMBER = column('member', 'UInt32', 'Number of the member; joins the relations', '成员序号，用于关联各表')

export const RELATIONS: readonly Relation[] = [
  {
    name: 'events',
    title: { en: 'Every event', zh: '全部事件' },
    columns: [
      column('id', 'UUID', 'Id', '事件编号'),
      column('timestamp', 'DateTime64(3)', 'When it happened, in the brand’s zone', '发生时间（品牌时区）'),
      column('receivedAt', 'DateTime64(3)', 'When it was received', '接收时间'),
      column('name', 'String', 'Name of the event', '事件名'),
      column('class', 'String', 'client, capability or system', '类别：client、capability 或 system'),
      column('source', 'String', 'Where it came from', '来源'),
      {
        ...MEMBER,
        title: {
          en: 'Number of the member, merges followed; 0 for none',
          zh: '成员序号（已按合并归并），0 表示无成员',
        },
      },
      column('memberId', 'UUID', 'Id of the identity it came under', '产生该事件的身份编号'),
      column('communityId', 'UUID', 'Id of the community', '社群编号'),
      column('properties', 'String', 'Properties, as JSON', '属性（JSON）'),
      column(
        'context',
        'String',
        'Context, as JSON; empty without the right to see contact details',
        '上下文（JSON），无联系方式权限时为空',
      ),
      column('bot', 'Bool', 'Sent by a bot', '是否机器人'),
    ],
  },
  {
    name: 'members',
    title: { en: 'Members as they are now', zh: '当前成员' },
    columns: [
      MEMBER,
      column('memberId', 'UUID', 'Id of the member', '成员编号'),
      column('externalId', 'String', 'External id', '外部 ID'),
      column('name', 'String', 'Name', '姓名'),
      column('email', 'String', 'E-mail', '邮箱'),
      column('phone', 'String', 'Phone', '手机号'),
      column('firstSeenAt', 'DateTime64(3)', 'When it was first seen', '首次出现时间'),
    ],
  },
  {
    name: 'properties',
    title: {
      en: 'What holds of members now: properties, tags, lists, communities',
      zh: '成员当前的属性、标签、名单与社群',
    },
    columns: [
      MEMBER,
      column('key', 'String', 'property:city, tag:vip, community:<id>, trait …', '键，如 property:city、tag:vip'),
      column('value', 'String', 'Value as text', '取值（文本）'),
    ],
  },
  {
    name: 'facts',
    title: { en: 'The same with its history', zh: '成员属性的全部历史' },
    columns: [
      MEMBER,
      column('key', 'String', 'Key', '键'),
      column('value', 'String', 'Value as text', '取值（文本）'),
      column('kind', 'String', 'none, text, number, bool, list or object', '类型'),
      column('validFrom', 'DateTime64(3)', 'From when it holds', '生效时间'),
    ],
  },
]

const EMAIL = '[\\\\p{L}0-9._%+-]+@[\\\\p{L}0-9-]+(?:\\\\.[\\\\p{L}0-9-]+)+'
const MOBILE = '(^|[^0-9])((?:\\\\+?86[- ]?)?)1[3-9][0-9]{9}([^0-9]|$)'
const CONTACT_KEY = '(?i)(phone|mobile|(^|[.:])tel|手机|电话|e-?mail|邮箱|邮件|coordinates|坐标)'
/** A member of a JSON object whose name says that it is contact data, whatever its value looks like. */
const CONTACT_PART =
  '(?i)("(?:[^"\\\\\\\\]*(?:phone|mobile|手机|电话|e-?mail|邮箱|邮件|coordinates|坐标)[^"\\\\\\\\]*|tel[^"\\\\\\\\]*)"\\\\s*:\\\\s*)(?:"(?:[^"\\\\\\\\]|\\\\\\\\.)*"|\\\\[[^\\\\]]*\\\\]|-?[0-9][0-9.eE+-]*)'

/** As `maskText` masks; digits stay digits, so that JSON stays JSON. Twice, because neighbours share the sign between them. */
const masked = (text: string): string => {
  const mobile = (inner: string) => `replaceRegexpAll(${inner}, '${MOBILE}', '\\\\1\\\\210000000000\\\\3')`
  return mobile(mobile(`replaceRegexpAll(${text}, '${EMAIL}', '***')`))
}
const maskedJson = (text: string): string => masked(`replaceRegexpAll(${text}, '${CONTACT_PART}', '\\\\1"***"')`)

export interface Offer {
  database: string
  seesContact: boolean
  /** Values of `{now:Int64}`, `{zone:String}` and, for a narrowed caller, `{mine:Array(UInt32)}` are the caller's to bind. */
  isNarrowed: boolean
}

/** `name AS (…)` for every relation, as stands behind WITH. */
export function offered({ database, seesContact, isNarrowed }: Offer): string {
  const table = (name: string) => `\`${database}\`.${name}`
  const root = (number: string) =>
    `toUInt32(dictGetOrDefault('${database}.alias', 'root', toUInt64(${number}), toUInt64(${number})))`
  const now = `fromUnixTimestamp64Milli({now:Int64}, 'UTC')`
  const present = (number: string) => `${number} NOT IN (SELECT member FROM ${table('facts')} WHERE key = 'erased')`
  const mine = (number: string) => (isNarrowed ? ` AND ${number} IN (SELECT arrayJoin({mine:Array(UInt32)}))` : '')
  const local = (time: string) => `toTimeZone(${time}, {zone:String})`
  const text = (value: string) => (seesContact ? value : masked(value))
  const fact = (value: string) =>
    seesContact
      ? value
      : `if(match(toString(key), '${CONTACT_KEY}'), if(${value} = '', '', '***'), ${maskedJson(value)})`
  const facts = `FROM ${table('facts')}
    WHERE key != 'erased' AND validFrom <= ${now} AND ${present('member')}${mine(root('member'))}`
  const current = (key: string) => `argMaxIf(value, (validFrom, seq), key = 'property:${key}')`
  return [
    `events AS (SELECT id, ${local('timestamp')} AS timestamp, ${local('receivedAt')} AS receivedAt, toString(name) AS name,
      toString(class) AS class, toString(source) AS source, ${root('member')} AS member, memberId, communityId,
      ${seesContact ? 'properties' : maskedJson('properties')} AS properties, ${seesContact ? 'context' : "''"} AS context, bot
      FROM ${table('events')} WHERE ${table('events')}.timestamp <= ${now} AND ${present('member')}${mine(root('member'))})`,
    `members AS (SELECT number AS member, memberId, ${text('externalId_')} AS externalId, ${text('name_')} AS name,
      ${seesContact ? 'email_' : "if(email_ = '', '', '***')"} AS email, ${seesContact ? 'phone_' : "if(phone_ = '', '', '***')"} AS phone,
      ${local('at')} AS firstSeenAt
      FROM ${table('members')} LEFT ANY JOIN (SELECT ${root('member')} AS root_, ${current('externalId')} AS externalId_,
        ${current('name')} AS name_, ${current('email')} AS email_, ${current('phone')} AS phone_
        ${facts} AND key IN ('property:externalId', 'property:name', 'property:email', 'property:phone') GROUP BY root_) AS of_
        ON of_.root_ = number
      WHERE ${root('number')} = number AND at <= ${now} AND ${present('number')}${mine('number')})`,
    `properties AS (SELECT member, ${text('key')} AS key, ${fact('value')} AS value FROM (
      SELECT root_ AS member, toString(key) AS key, argMax(value_, (validFrom, seq)) AS value
      FROM (SELECT ${root('member')} AS root_, key, if(kind = 'none', '', value) AS value_, validFrom, seq ${facts})
      GROUP BY root_, key HAVING value != ''))`,
    `facts AS (SELECT ${root('member')} AS member, ${text('toString(key)')} AS key, ${fact('value')} AS value,
      toString(kind) AS kind, ${local('validFrom')} AS validFrom ${facts})`,
  ].join(',\n')
}
