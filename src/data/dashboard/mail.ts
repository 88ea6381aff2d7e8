// The mail of a dashboard: its numbers in words, and what is attached or why nothing is.
import type { Locale, Text } from '#kernel/text'
import type { Summary } from './summary.ts'
import type { Format } from './tables.ts'

interface Letter {
  name: string
  description: string
  brand: Text
  /** First and last day. */
  days: string
  asOf: string
  summaries: readonly Summary[]
  attached: Format | null
  language: Locale
  /** Of the dashboard in the console; null where the console's address is not known. */
  link: string | null
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const safe = (text: string) => text.replaceAll(/[&<>"']/g, (c) => escapes[c] ?? c)

const NOTHING_ATTACHED: Text = {
  en: 'No picture is attached: the server found no Chromium that draws it. An administrator can install Chromium, or name one in BANYAN_CHROMIUM; the next mail will have it.',
  zh: '本次未附图：服务器上没有可用的 Chromium。请管理员安装 Chromium，或在 BANYAN_CHROMIUM 中指定其路径，下次发送即会附上。',
}
const NOT_DRAWN: Text = {
  en: 'No picture is attached: it could not be drawn this time. The numbers below are complete.',
  zh: '本次未附图：生成图片未成功。下方数据完整有效。',
}

export function letterOf(letter: Letter, reason: string | null): { subject: string; text: string; html: string } {
  const { name, description, days, asOf, summaries, language, link } = letter
  const say = (text: Text) => text[language]
  const note = letter.attached ? null : say(reason === 'no_browser' ? NOTHING_ATTACHED : NOT_DRAWN)
  const as = say({ en: `As of ${asOf}`, zh: `数据截至 ${asOf}` })
  const open = say({ en: 'Open in the console', zh: '在控制台中查看' })
  const text = [
    `${name}（${days}）`,
    ...(note ? ['', note] : []),
    ...summaries.flatMap((s) => ['', s.title, ...s.lines.map((l) => `  ${l.label ? `${l.label}: ` : ''}${l.value}`)]),
    '',
    as,
    ...(link ? [`${open}: ${link}`] : []),
  ].join('\n')
  const cell = 'padding:5px 0;border-bottom:1px solid #e3e6df'
  const html = `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><body style="margin:0;background:#f6f7f4;color:#1b211d;font:14px/1.6 -apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif">
<div style="max-width:640px;margin:0 auto;padding:24px 16px">
<p style="margin:0;color:#656e67">${safe(say(letter.brand))}</p>
<h1 style="margin:2px 0 0;font-size:20px">${safe(name)}</h1>
<p style="margin:0 0 16px;color:#4c554e">${safe(days)}${description ? ` · ${safe(description)}` : ''}</p>
${note ? `<p style="margin:0 0 16px;padding:9px 12px;border-radius:9px;background:#fbf1dc;color:#8a5a00">${safe(note)}</p>` : ''}
${summaries
  .map(
    (s) => `<div style="background:#fff;border:1px solid #e3e6df;border-radius:12px;padding:14px 18px;margin:0 0 12px">
<h2 style="margin:0 0 6px;font-size:15px">${safe(s.title)}</h2>
<table style="width:100%;border-collapse:collapse">${s.lines
      .map(
        (l) =>
          `<tr><td style="${cell};color:#4c554e">${safe(l.label)}</td><td style="${cell};text-align:right;font-weight:600">${safe(l.value)}</td></tr>`,
      )
      .join('')}</table></div>`,
  )
  .join('\n')}
<p style="color:#656e67;font-size:12px">${safe(as)}${link ? ` · <a href="${safe(link)}" style="color:#0f5c3e">${open}</a>` : ''}</p>
</div></body></html>`
  return { subject: `${name} · ${days}`.replaceAll(/[\r\n]+/g, ' '), text, html }
}
