// Phone numbers, e-mail addresses and where somebody is, for those who may not see them: recognisable to who knows them,
// of no use else.

/** `138****1234` */
export function maskPhone(phone: string): string {
  const letters = [...phone]
  if (letters.length < 8) return `****${letters.slice(-2).join('')}`
  return `${letters.slice(0, -8).join('')}****${letters.slice(-4).join('')}`
}

/** `a***@example.com` */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return at > 0 ? `${[...email][0]}***${email.slice(at)}` : '***'
}

const EMAIL = /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,8}/gu
const MOBILE = /(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)/g

/** A text in which addresses and mobile numbers are masked; many systems use one as the id of a member. */
export const maskText = (text: string): string => text.replace(EMAIL, maskEmail).replace(MOBILE, maskPhone)

const isPhoneKey = (key: string) => /phone|mobile|^tel|手机|电话/i.test(key)
const isEmailKey = (key: string) => /e-?mail|邮箱|邮件/i.test(key)
/** Where a member was; a place has no form of its own that a text could be searched for. */
const isPlaceKey = (key: string) => /coordinates|坐标/i.test(key)

/**
 * Whether a property (a path with dots) is one whose value is masked by its name, or may be an address as an id may.
 * What is compared step by step is told step by step: who may not see these may only ask for them whole.
 */
export const isContactPath = (path: string): boolean =>
  path === 'externalId' || path.split('.').some((key) => isPhoneKey(key) || isEmailKey(key) || isPlaceKey(key))

/** A copy of any JSON value in which what is or looks like a phone number or an address is masked. */
export function maskDeep(value: unknown, key = ''): unknown {
  if (isPlaceKey(key) && value !== null) return '***'
  if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value)
    if (isPhoneKey(key)) return maskPhone(text)
    if (isEmailKey(key)) return maskEmail(text)
    const masked = maskText(text)
    return masked === text ? value : masked
  }
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [maskText(k), maskDeep(v, k)]))
}
