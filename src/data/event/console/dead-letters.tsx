import { Button, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useSession } from '../../../console/session.tsx'
import { Failed } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { LETTER_HINTS, LETTER_KINDS, LETTER_STATES, type LetterKind, type LetterState } from './words.ts'

type Letter = Item<'event.dead_letters'>

/** What could not go on, with the reason; mended and replayed, or dropped. */
export function DeadLetters() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const drop = useAct('event.drop')
  const confirmed = useConfirmed()
  const [opened, setOpened] = useState<Letter | null>(null)
  const repair = may('event.repair')
  const spec = useMemo(
    (): ListSpec<Letter> => ({
      name: 'dead-letter',
      title: t({ en: 'Dead letters', zh: '拒收与死信' }),
      queryKey: ['event.dead_letters'],
      load: ({ search, filters, limit, cursor }, signal) =>
        call(
          'event.dead_letters',
          {
            limit,
            ...(search ? { search } : {}),
            ...(filters.kind ? { kind: filters.kind as LetterKind } : {}),
            ...(filters.state ? { state: filters.state as LetterState } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        ),
      rowKey: (l) => l.id,
      search: t({ en: 'Reason or content', zh: '搜索原因或内容' }),
      filters: [
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类别' }),
          options: Object.entries(LETTER_KINDS).map(([value, title]) => ({ value, label: t(title) })),
        },
        {
          key: 'state',
          title: t(LETTER_STATES.open),
          options: Object.entries(LETTER_STATES).map(([value, title]) => ({ value, label: t(title) })),
        },
      ],
      columns: [
        {
          key: 'reason',
          title: t({ en: 'Reason', zh: '原因' }),
          render: (l) => (
            <button type="button" className="bare event-open" onClick={() => setOpened(l)}>
              <strong>{t(l.explanation ?? LETTER_HINTS[l.kind])}</strong>
              <code className="faint small" style={{ display: 'block' }}>
                {l.reason}
              </code>
            </button>
          ),
          text: (l) => `${t(l.explanation ?? LETTER_HINTS[l.kind])} ${l.reason}`,
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类别' }),
          render: (l) => <span className="pill">{t(LETTER_KINDS[l.kind])}</span>,
          text: (l) => l.kind,
        },
        {
          key: 'origin',
          title: t({ en: 'Where', zh: '来源' }),
          render: (l) => <code>{l.origin}</code>,
          text: (l) => l.origin,
        },
        {
          key: 'item',
          title: t({ en: 'Content', zh: '内容' }),
          render: (l) => (
            <code className="clip faint" style={{ display: 'block' }}>
              {JSON.stringify(l.item).slice(0, 90)}
            </code>
          ),
          text: (l) => JSON.stringify(l.item),
        },
        {
          key: 'at',
          title: t({ en: 'When', zh: '时间' }),
          width: 130,
          render: (l) => <span title={format.exact(l.at)}>{format.ago(l.at)}</span>,
          text: (l) => l.at,
        },
      ],
      ...(repair
        ? {
            bulk: (rows: readonly Letter[], clear: () => void) => (
              <Button
                size="small"
                danger
                onClick={() =>
                  void confirmed({
                    danger: true,
                    title: t({ en: `Drop ${rows.length} letters?`, zh: `丢弃 ${rows.length} 条死信？` }),
                    consequence: t({
                      en: 'They are counted as dropped and never reach timelines, segments or journeys.',
                      zh: '丢弃后将不再进入时间线、分群与旅程，也不可恢复。',
                    }),
                    ok: t({ en: 'Drop', zh: '丢弃' }),
                    act: () => drop.mutateAsync({ ids: rows.map((r) => r.id) }).then(clear),
                  })
                }
              >
                {t({ en: 'Drop', zh: '丢弃' })}
              </Button>
            ),
          }
        : {}),
      empty: {
        title: t({ en: 'Nothing was refused', zh: '没有被拒收的事件' }),
        hint: t({
          en: 'Events that break a rule appear here with the reason, so that you can mend and replay them.',
          zh: '不符合规范的事件会连同原因出现在这里，可修复后重放。',
        }),
      },
    }),
    [t, format, repair, drop, confirmed],
  )
  return (
    <>
      <DataList spec={spec} />
      {opened ? <Mend letter={opened} may={repair && opened.state === 'open'} close={() => setOpened(null)} /> : null}
    </>
  )
}

function Mend({ letter, may, close }: { letter: Letter; may: boolean; close: () => void }) {
  const t = useText()
  const replay = useAct('event.replay')
  const original = useMemo(() => JSON.stringify(letter.item, null, 2), [letter])
  const [text, setText] = useState(original)
  const [wrong, setWrong] = useState(false)
  const send = () => {
    try {
      const item = JSON.parse(text) as Record<string, unknown>
      setWrong(false)
      replay.mutate({ id: letter.id, ...(text === original ? {} : { item }) }, { onSuccess: close })
    } catch {
      setWrong(true)
    }
  }
  return (
    <Modal
      open
      width={640}
      title={t(LETTER_KINDS[letter.kind])}
      okText={text === original ? t({ en: 'Replay', zh: '重放' }) : t({ en: 'Mend and replay', zh: '修复并重放' })}
      okButtonProps={{ disabled: !may }}
      confirmLoading={replay.isPending}
      onOk={send}
      onCancel={close}
    >
      <div className="stack tight">
        <p>
          {t(letter.explanation ?? LETTER_HINTS[letter.kind])} <code className="faint small">{letter.reason}</code>
        </p>
        {letter.explanation ? (
          <p className="soft">
            {t({ en: 'Mend what is wrong below, then replay it.', zh: '在下方修正内容后重放，通过校验即正常入库。' })}
          </p>
        ) : null}
        <Input.TextArea
          className="mono"
          aria-label={t({ en: 'Content', zh: '事件内容' })}
          autoSize={{ minRows: 8, maxRows: 22 }}
          status={wrong ? 'error' : ''}
          readOnly={!may}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        {wrong ? <p className="field-error">{t({ en: 'This is not valid JSON.', zh: '不是有效的 JSON。' })}</p> : null}
        {replay.error ? <Failed compact error={replay.error} /> : null}
      </div>
    </Modal>
  )
}
