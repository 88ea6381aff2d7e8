import { Link } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import type { ReactNode } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { OnCell } from '../../../console/chart/grid.ts'
import { Icon } from '../../../console/icon.tsx'
import type { Annotation } from '../../../console/insight/answer.ts'
import { useChartWords } from '../../../console/insight/chart-words.ts'
import { exploreLink } from '../../../console/insight/explore-link.ts'
import { useInsight } from '../../../console/insight/use-insight.ts'
import { useSession } from '../../../console/session.tsx'
import { heightOf } from './grid-layout.ts'
import { Markdown } from './markdown.tsx'
import { pictureHeight, type Shown, TileBody } from './tile-body.tsx'
import type { Question, Tile } from './types.ts'
import { rangeTitle } from './words.ts'

/** Head, foot and padding of a tile that draws, in CSS pixels. */
const AROUND = 90

/** A tile's frame: its name, what can be done with it, and what it shows. */
export function TileFrame({
  title,
  extra,
  menu,
  foot,
  children,
}: {
  title: string
  extra?: ReactNode
  menu?: ReactNode
  foot?: ReactNode
  children: ReactNode
}) {
  return (
    <article className="tile" aria-label={title}>
      <header className="tile-head">
        <h2 className="clip grow" title={title}>
          {title}
        </h2>
        {extra}
        {menu}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <div className="tile-main" tabIndex={0}>
        {children}
      </div>
      {foot ? <footer className="tile-as-of">{foot}</footer> : null}
    </article>
  )
}

interface Props {
  tile: Tile
  question: Question | undefined
  annotations: readonly Annotation[]
  onCell(question: Question): OnCell
  /** While the dashboard is being changed. */
  edit?: { change(): void; remove(): void; copy(): void } | undefined
}

/** A tile of the console: asks its question and opens the people behind its numbers. */
export function ConsoleTile({ tile, question, annotations, onCell, edit }: Props) {
  const t = useText()
  const menu = <TileMenu question={question} edit={edit} name={nameOfTile(tile, question, t)} />
  if (tile.type === 'text')
    return (
      <article className="tile" aria-label={t({ en: 'Text', zh: '文本' })}>
        {edit ? (
          <header className="tile-head">
            <span className="grow" />
            {menu}
          </header>
        ) : null}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
        <div className="tile-words" tabIndex={0}>
          <Markdown text={tile.text} />
        </div>
      </article>
    )
  const own = tile.range ? (
    <span className="pill tile-range">
      <Icon name="calendar" size={12} />
      {rangeTitle(tile.range, t)}
    </span>
  ) : null
  if (!question)
    return (
      <TileFrame title={nameOfTile(tile, question, t)} menu={menu}>
        <p className="soft">{t({ en: 'The saved chart is gone.', zh: '该图表已被删除。' })}</p>
      </TileFrame>
    )
  return <Asked {...{ tile, question, annotations, onCell, menu }} extra={own} live={!edit} />
}

export const nameOfTile = (tile: Tile, question: Question | undefined, t: ReturnType<typeof useText>): string =>
  tile.type === 'text'
    ? t({ en: 'Text', zh: '文本' })
    : question?.title || tile.title || t({ en: 'Without a name', zh: '未命名' })

function Asked({
  tile,
  question,
  annotations,
  onCell,
  menu,
  extra,
  live,
}: Pick<Props, 'annotations' | 'onCell'> & {
  live: boolean
  tile: Exclude<Tile, { type: 'text' }>
  question: Question
  menu: ReactNode
  extra: ReactNode
}) {
  const t = useText()
  const format = useFormat()
  const { brand, may } = useSession()
  const words = useChartWords(question.query.timezone)
  const answer = useInsight<unknown>(question.kind, question.query, { live })
  const title = nameOfTile(tile, question, t)
  const shown: Shown = {
    type: tile.type === 'chart' ? 'insight' : tile.type,
    title,
    kind: question.kind,
    query: question.query,
    view: question.view,
    unit: 'unit' in tile ? tile.unit : undefined,
    target: tile.type === 'goal' ? tile.target : undefined,
  }
  const draws = shown.type === 'insight'
  const asOf = answer.data?.asOf
  return (
    <TileFrame
      title={title}
      menu={menu}
      extra={extra}
      foot={
        draws ? (
          <>
            <span>{asOf ? t({ en: `As of ${format.minute(asOf)}`, zh: `数据截至 ${format.minute(asOf)}` }) : ' '}</span>
            {answer.isFetching && asOf ? (
              <span className="tile-updating">{t({ en: 'Updating…', zh: '更新中…' })}</span>
            ) : answer.isRefetchError ? (
              <span>{t({ en: 'could not be updated', zh: '更新失败，显示上次结果' })}</span>
            ) : null}
          </>
        ) : null
      }
    >
      <TileBody
        tile={shown}
        of={answer}
        words={words}
        currency={brand.currency}
        height={draws ? pictureHeight(heightOf(tile.h) - AROUND, question) : heightOf(tile.h) - 58}
        annotations={annotations}
        onCell={may('segment.read') ? onCell(question) : undefined}
      />
    </TileFrame>
  )
}

function TileMenu({ question, edit, name }: { question: Question | undefined; edit: Props['edit']; name: string }) {
  const t = useText()
  const items = [
    ...(question
      ? [
          {
            key: 'explore',
            icon: <Icon name="chart" />,
            label: <Link to={exploreLink(question)}>{t({ en: 'Open in Explore', zh: '在行为分析中打开' })}</Link>,
          },
        ]
      : []),
    ...(edit
      ? [
          { key: 'change', icon: <Icon name="edit" />, label: t({ en: 'Change', zh: '编辑' }), onClick: edit.change },
          { key: 'copy', icon: <Icon name="copy" />, label: t({ en: 'Copy', zh: '复制' }), onClick: edit.copy },
          {
            key: 'remove',
            icon: <Icon name="trash" />,
            danger: true,
            label: t({ en: 'Remove', zh: '移除' }),
            onClick: edit.remove,
          },
        ]
      : []),
  ]
  if (items.length === 0) return null
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button
        type="text"
        size="small"
        icon={<Icon name="more" />}
        aria-label={t({ en: `What can be done with “${name}”`, zh: `「${name}」的操作` })}
      />
    </Dropdown>
  )
}
