import { useIsFetching, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { call, type Output, type ProblemAnswer } from '#web/api.ts'
import type { Catalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { type ChartWords, chartWords } from '../../../console/insight/chart-words.ts'
import { Empty, Failed, Loading } from '../../../console/states.tsx'
import { Grid } from './grid.tsx'
import { heightOf } from './grid-layout.ts'
import { Markdown } from './markdown.tsx'
import { TileFrame } from './tile.tsx'
import { pictureHeight, TileBody } from './tile-body.tsx'
import type { SharedTile } from './types.ts'
import './dashboard.css'

type Opened = Output<'dashboard.open_link'>
interface Proof {
  linkId: string
  secret: string
}

/** On a wall nobody presses refresh. */
const AGAIN_MS = 300_000
const AROUND = 68

/** What a link shows, without an account: the address says which, what follows # opens it and is sent nowhere else. */
export function SharedDashboard() {
  const t = useText()
  const proof = useMemo(
    (): Proof => ({ linkId: location.pathname.split('/').at(-1) ?? '', secret: location.hash.slice(1) }),
    [],
  )
  const opened = useCall('dashboard.open_link', proof.secret.length >= 20 ? proof : null, {
    refetchInterval: AGAIN_MS,
    retry: false,
  })
  const gone = (
    <Empty
      level="h1"
      title={t({ en: 'This link shows nothing', zh: '该链接无法查看' })}
      hint={t({
        en: 'It has ended, was taken back, or was not copied whole. Ask whoever sent it for a new one.',
        zh: '链接已过期、已被撤销，或复制不完整。请向分享人索取新的链接。',
      })}
    />
  )
  if (proof.secret.length < 20 || opened.error?.status === 404 || opened.error?.status === 400)
    return <main>{gone}</main>
  if (opened.error && !opened.data)
    return (
      <main className="shared">
        <Failed error={opened.error} retry={() => void opened.refetch()} />
      </main>
    )
  if (!opened.data)
    return (
      <main className="shared">
        <Loading rows={10} />
      </main>
    )
  return <Board opened={opened.data} proof={proof} />
}

/** What charts call things, from what the link itself tells. */
function useWords(opened: Opened): ChartWords {
  const t = useText()
  const format = useFormat()
  const { locale } = usePreferences()
  return useMemo(() => {
    const money = { type: 'object', properties: { currency: { type: 'string' } } }
    const catalog: Catalog = {
      capabilities: [],
      actions: [],
      rights: [],
      events: opened.events.map((e) => ({
        name: e.name,
        title: e.title,
        class: 'capability',
        schema: e.money ? money : {},
      })),
    }
    const { timezone: zone, weekStart, currency } = opened
    return chartWords({ t, format, locale, catalog, brand: { zone, weekStart, currency } })
  }, [t, format, locale, opened])
}

function Board({ opened, proof }: { opened: Opened; proof: Proof }) {
  const t = useText()
  const words = useWords(opened)
  const loading = useIsFetching()
  const day = new Intl.DateTimeFormat(words.locale === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeZone: opened.timezone,
  })
  const moment = new Intl.DateTimeFormat(words.locale === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: opened.timezone,
  })
  useEffect(() => {
    document.title = opened.name
  }, [opened.name])
  const annotations = useMemo(() => opened.annotations.map((a) => ({ at: a.at, title: a.text })), [opened.annotations])
  return (
    <main className="shared" data-drawn={loading === 0}>
      <header>
        <h1>{opened.name}</h1>
        <span className="soft">{t(opened.brand)}</span>
        <span className="faint tabular">
          {`${day.format(new Date(opened.from))} – ${day.format(new Date(Date.parse(opened.to) - 1))} · ${opened.timezone}`}
        </span>
        {opened.description ? <span className="soft">{opened.description}</span> : null}
      </header>
      <Grid tiles={opened.tiles} label={t({ en: 'Tiles', zh: '图块' })} nameOf={(tile) => tile.title}>
        {(tile) => <LinkTile tile={tile} proof={proof} words={words} opened={opened} annotations={annotations} />}
      </Grid>
      <footer className="faint small">
        {t({
          en: `As of ${moment.format(new Date(opened.asOf))}`,
          zh: `数据截至 ${moment.format(new Date(opened.asOf))}`,
        })}
      </footer>
    </main>
  )
}

function LinkTile({
  tile,
  proof,
  words,
  opened,
  annotations,
}: {
  tile: SharedTile
  proof: Proof
  words: ChartWords
  opened: Opened
  annotations: readonly { at: string; title: string }[]
}) {
  const { type } = tile
  const answer = useQuery<unknown, ProblemAnswer>({
    // Another day, another answer.
    queryKey: ['dashboard.read_tile', proof.linkId, tile.id, opened.asOf],
    queryFn: async ({ signal }) =>
      (await call('dashboard.read_tile', { ...proof, tileId: tile.id }, { signal })).answer,
    enabled: type !== 'text',
    placeholderData: (before: unknown) => before,
  })
  if (type === 'text')
    return (
      <article className="tile" aria-label={words.t({ en: 'Text', zh: '文本' })}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
        <div className="tile-words" tabIndex={0}>
          <Markdown text={tile.text ?? ''} />
        </div>
      </article>
    )
  const title = tile.title || words.t({ en: 'Without a name', zh: '未命名' })
  return (
    <TileFrame title={title}>
      <TileBody
        tile={{
          type,
          title,
          kind: tile.kind ?? '',
          query: tile.query ?? {},
          view: tile.view ?? 'chart',
          unit: tile.unit,
          target: tile.target,
        }}
        of={answer}
        words={words}
        currency={opened.currency}
        height={pictureHeight(heightOf(tile.h) - AROUND, { kind: tile.kind ?? '', query: tile.query ?? {} })}
        annotations={annotations}
      />
    </TileFrame>
  )
}
