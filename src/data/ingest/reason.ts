// Why an event from outside is refused, and what its sender can do about it. The codes are stable; letters keep them.
import type { Text } from '#kernel/text'

const REASONS = {
  'item.not_object': {
    en: 'This is not a JSON object. Send one object per event.',
    zh: '内容不是 JSON 对象。请为每个事件上报一个 JSON 对象。',
  },
  'item.too_large': {
    en: 'The event is larger than 32 KB. Send less with it, or split it.',
    zh: '单个事件超过 32 KB。请精简内容或拆分上报。',
  },
  'batch.not_array': {
    en: '“batch” is not a list. Put the events into an array named “batch”.',
    zh: '「batch」不是数组。请把事件放在名为「batch」的数组中。',
  },
  'type.unknown': {
    en: '“type” is missing or unknown. Use identify, track, page, screen, group or alias.',
    zh: '「type」缺失或无法识别。请使用 identify、track、page、screen、group 或 alias。',
  },
  'nul.refused': {
    en: 'A text contains the NUL character (\\u0000). Remove it before sending.',
    zh: '文本中含有 NUL 字符（\\u0000）。请去除后再上报。',
  },
  'number.refused': {
    en: 'A number is too large to be kept. Send very long numbers as text.',
    zh: '数值超出可保存的范围。超长数字请以文本形式上报。',
  },
  'depth.refused': {
    en: 'The content is nested too deeply. Keep it within 64 levels.',
    zh: '内容嵌套过深。请控制在 64 层以内。',
  },
  'keys.refused': {
    en: 'One object has more than 500 keys. Use a list, or send fewer.',
    zh: '单个对象的字段超过 500 个。请改用数组或减少字段。',
  },
  'messageId.invalid': {
    en: '“messageId” must be a text of at most 200 characters. Mend it, or leave it out.',
    zh: '「messageId」须为不超过 200 个字符的文本。请修正，或不传该字段。',
  },
  'properties.not_object': {
    en: '“properties” must be a JSON object, such as {"price": 12}.',
    zh: '「properties」须为 JSON 对象，例如 {"price": 12}。',
  },
  'traits.not_object': {
    en: '“traits” must be a JSON object, such as {"city": "Hangzhou"}.',
    zh: '「traits」须为 JSON 对象，例如 {"city": "杭州"}。',
  },
  'context.not_object': {
    en: '“context” must be a JSON object. Mend it, or leave it out.',
    zh: '「context」须为 JSON 对象。请修正，或不传该字段。',
  },
  'identity.missing': {
    en: 'The event names nobody. Send “userId”, or “anonymousId” before sign-in.',
    zh: '事件没有说明是谁。请传「userId」；用户登录前传「anonymousId」。',
  },
  'userId.invalid': {
    en: '“userId” is missing or no id. Send a text of at most 200 characters.',
    zh: '「userId」缺失或无效。请传不超过 200 个字符的文本。',
  },
  'anonymousId.invalid': {
    en: '“anonymousId” is no id. Send a text of at most 200 characters.',
    zh: '「anonymousId」无效。请传不超过 200 个字符的文本。',
  },
  'userId.shared': {
    en: '“userId” is a placeholder such as “null” or “unknown”, which would make one member of many people. Leave it out before sign-in.',
    zh: '「userId」是「null」、「unknown」之类的占位词，会把多个人并成一个成员。用户登录前请不要传。',
  },
  'anonymousId.shared': {
    en: '“anonymousId” is a placeholder such as “null” or “unknown”. Send an id that every device has for itself.',
    zh: '「anonymousId」是「null」、「unknown」之类的占位词。请为每台设备生成独立的标识。',
  },
  'event.invalid': {
    en: 'The name of the event is missing or too long. Send “event” with 1 to 200 characters.',
    zh: '事件名缺失或过长。请在「event」中填写 1–200 个字符。',
  },
  'event.reserved': {
    en: 'This name belongs to an event of Banyan itself. Choose another, such as “My Order Paid”; orders and points have operations of their own.',
    zh: '该名称是系统内置事件。请换一个名称，例如「我的订单支付」；订单、积分等请使用对应的接口。',
  },
  'groupId.invalid': {
    en: '“groupId” is missing or no id. Send a text of at most 200 characters.',
    zh: '「groupId」缺失或无效。请传不超过 200 个字符的文本。',
  },
  'previousId.invalid': {
    en: '“previousId” is missing, no id or a placeholder. Send the id this person was known by before.',
    zh: '「previousId」缺失、无效或为占位词。请传该用户之前使用的标识。',
  },
  'timestamp.invalid': {
    en: '“timestamp” is no time. Send ISO 8601, such as “2026-11-22T08:00:00Z”, or leave it out.',
    zh: '「timestamp」不是有效时间。请使用 ISO 8601 格式，例如「2026-11-22T08:00:00Z」，或不传该字段。',
  },
  'sentAt.invalid': {
    en: '“sentAt” is no time. Send ISO 8601, such as “2026-11-22T08:00:00Z”, or leave it out.',
    zh: '「sentAt」不是有效时间。请使用 ISO 8601 格式，例如「2026-11-22T08:00:00Z」，或不传该字段。',
  },
} as const satisfies Record<string, Text>

export type Reason = keyof typeof REASONS

/** In words, with what to do; null for what is no reason of ours (any more). */
export const reasonText = (code: string): Text | null => (code in REASONS ? REASONS[code as Reason] : null)
