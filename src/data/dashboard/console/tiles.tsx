import { useMemo, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import type { OnCell } from '../../../console/chart/grid.ts'
import type { Annotation } from '../../../console/insight/answer.ts'
import { WhoDrawer } from '../../../console/insight/who-drawer.tsx'
import { Grid } from './grid.tsx'
import { ConsoleTile, nameOfTile } from './tile.tsx'
import type { Content, Question, Tile } from './types.ts'

/** Annotations of the days that are shown. */
function useAnnotations(questions: readonly Question[]): readonly Annotation[] {
  const days = questions.map((q) => [String(q.query.from), String(q.query.to)] as const)
  const from = days.map(([first]) => first).toSorted()[0]
  const to = days
    .map(([, last]) => last)
    .toSorted()
    .at(-1)
  const { data } = useCall('annotation.list', from && to ? { from, to, limit: 100 } : null)
  return useMemo(() => (data?.items ?? []).map((a) => ({ at: a.at, title: a.text })), [data])
}

interface TilesProps {
  content: Content
  questions: readonly Question[]
  edit?: {
    onChange(tiles: readonly Tile[]): void
    change(tile: Tile): void
  }
}

/** The tiles in their grid, and who is behind a number of theirs. */
export function Tiles({ content, questions, edit }: TilesProps) {
  const t = useText()
  const annotations = useAnnotations(questions)
  const [who, setWho] = useState<{ of: Question; cell: string; label: string } | null>(null)
  const { tiles } = content
  const questionOf = (tile: Tile) => questions.find((q) => q.id === tile.id)
  const onCell =
    (of: Question): OnCell =>
    (cell, label) =>
      setWho({ of, cell, label: label || of.title })
  return (
    <>
      <Grid
        tiles={tiles}
        label={t({ en: 'Tiles', zh: '图块' })}
        onChange={edit?.onChange}
        nameOf={(tile) => nameOfTile(tile, questionOf(tile), t)}
      >
        {(tile) => (
          <ConsoleTile
            tile={tile}
            question={questionOf(tile)}
            annotations={annotations}
            onCell={onCell}
            edit={
              edit && {
                change: () => edit.change(tile),
                remove: () => edit.onChange(tiles.filter((o) => o.id !== tile.id)),
                copy: () => edit.onChange([...tiles, { ...tile, id: crypto.randomUUID(), y: 1000 }]),
              }
            }
          />
        )}
      </Grid>
      <WhoDrawer
        kind={who?.of.kind ?? ''}
        query={who?.of.query ?? {}}
        cell={who?.cell ?? null}
        label={who?.label ?? ''}
        onClose={() => setWho(null)}
      />
    </>
  )
}
