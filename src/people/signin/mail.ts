import type { Locale, Text } from '#kernel/text'

/** The mail that carries a code, in the language in which it was asked for. */
export function codeMail(code: string, brand: Text, locale: Locale) {
  const name = brand[locale]
  const words =
    locale === 'zh'
      ? {
          subject: `${code} 是您登录${name}的验证码`,
          before: `您正在登录${name}，验证码为：`,
          after: '验证码 10 分钟内有效，仅可使用一次。工作人员不会向您索要验证码；如非本人操作，请忽略本邮件。',
        }
      : {
          subject: `${code} is your code for ${name}`,
          before: `Use this code to sign in to ${name}:`,
          after:
            'It is valid for 10 minutes and works once. Nobody from our team will ask you for it. ' +
            'If you did not want to sign in, ignore this mail.',
        }
  return {
    subject: words.subject,
    text: `${words.before}\n\n${code}\n\n${words.after}\n`,
    html: `<p>${escaped(words.before)}</p><p style="font-size:28px;letter-spacing:6px"><b>${code}</b></p><p>${escaped(words.after)}</p>`,
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c)
