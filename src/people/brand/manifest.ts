// What a phone shows of the portal once it is installed: the brand's own name, in the brand's language.
import type { Route } from '#kernel/contribution'
import type { Host } from '#kernel/host'

/** Android cuts what is longer off below the icon. */
const SHORT_NAME = 12
const PAPER = '#f6f1e7'
const icon = (src: string, sizes: string, type: string, purpose = 'any') => ({ src, sizes, type, purpose })
const ICONS = [
  icon('/icon.svg', 'any', 'image/svg+xml'),
  icon('/icon-192.png', '192x192', 'image/png'),
  icon('/icon-512.png', '512x512', 'image/png'),
  icon('/icon-maskable-512.png', '512x512', 'image/png', 'maskable'),
]
const WORDS = {
  zh: { lang: 'zh-CN', description: '打卡、积分、消息，一处就好。', checkin: '打卡', inbox: '消息' },
  en: { lang: 'en', description: 'Check-ins, points and messages in one place.', checkin: 'Check-in', inbox: 'Inbox' },
}

export const manifestRoute: Route = {
  method: 'GET',
  path: '/manifest.webmanifest',
  title: { en: 'Web app manifest of the portal', zh: '会员端的应用清单' },
  needs: null,
  async handle(_request, env) {
    const { name, locale } = (env.host as Host).brand()
    const words = WORDS[locale]
    const manifest = {
      id: '/',
      name: name[locale],
      short_name: name[locale].slice(0, SHORT_NAME),
      description: words.description,
      lang: words.lang,
      start_url: '/',
      scope: '/',
      display: 'standalone',
      orientation: 'portrait',
      background_color: PAPER,
      theme_color: PAPER,
      icons: ICONS,
      shortcuts: [
        { name: words.checkin, url: '/check-in' },
        { name: words.inbox, url: '/inbox' },
      ],
    }
    return new Response(JSON.stringify(manifest), {
      headers: { 'content-type': 'application/manifest+json; charset=utf-8', 'cache-control': 'no-cache' },
    })
  },
}
