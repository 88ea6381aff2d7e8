// Keeps the shell at hand: the portal opens at once, and without a network it opens all the same. What the API answers
// is never kept.
const CACHE = 'shell-1'
const SHELL = '/'
/** Longer than this, a member on a weak line sees the kept shell rather than nothing. */
const PATIENCE_MS = 3_000

self.addEventListener('install', (event) => {
  event.waitUntil(refresh().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  }
  event.waitUntil(tidy())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (/^\/(api|v1|files|console)(\/|$)/.test(url.pathname)) return
  if (request.mode === 'navigate') event.respondWith(openShell(event))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(openAsset(request))
})

/** Every address of the portal is answered by one page. */
async function openShell(event) {
  const fresh = refresh()
  event.waitUntil(fresh.catch(() => {}))
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  const answer = await Promise.race([fresh.catch(() => undefined), late])
  return answer ?? (await (await caches.open(CACHE)).match(SHELL)) ?? fresh
}

/** Names of assets change with what is in them. */
async function openAsset(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

/** Fetches the shell; a new one takes the place of the old and of all that belonged to it. */
async function refresh() {
  const answer = await fetch(SHELL, { cache: 'no-cache' })
  if (!answer.ok) throw new Error(`shell answered ${answer.status}`)
  const html = await answer.clone().text()
  const cache = await caches.open(CACHE)
  const kept = await cache.match(SHELL)
  if (!kept || (await kept.text()) !== html) {
    const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1])
    const before = await cache.keys()
    await cache.addAll(assets)
    await cache.put(SHELL, answer.clone())
    const current = new Set([SHELL, ...assets])
    for (const old of before) if (!current.has(new URL(old.url).pathname)) await cache.delete(old)
  }
  return answer
}
