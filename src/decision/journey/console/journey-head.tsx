import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown } from 'antd'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { STATE_LOOK, STATE_TITLES } from './words.ts'

export type Journey = Output<'journey.get'>

/** Name, state and what can be done with the journey as a whole. */
export function JourneyHead({ journey: j }: { journey: Journey }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const publish = useAct('journey.publish')
  const pause = useAct('journey.pause')
  const resume = useAct('journey.resume')
  const remove = useAct('journey.delete')
  const confirmed = useConfirmed()
  const inside = format.number(j.runs.waiting)

  const askPublish = () =>
    void confirmed({
      title: t({ en: `Publish “${j.name}”?`, zh: `发布旅程「${j.name}」？` }),
      consequence:
        j.version === 0
          ? t({
              en: 'From now on members who meet the trigger come in, and its actions are done for real.',
              zh: '发布后，满足触发条件的成员将进入旅程，动作会真实执行。',
            })
          : t({
              en: `Version ${j.version + 1} is for who comes in from now on. The ${inside} members inside stay with their version.`,
              zh: `新版本（第 ${j.version + 1} 版）对之后进入的成员生效，进行中的 ${inside} 位成员仍按原版本走完。`,
            }),
      ok: t({ en: 'Publish', zh: '发布' }),
      done: t({ en: 'Published', zh: '已发布' }),
      act: () => publish.mutateAsync({ id: j.id }),
    })

  return (
    <PageHead
      title={j.name}
      back={{ to: '/journeys', title: t({ en: 'Journeys', zh: '自动化旅程' }) }}
      hint={
        <span className="row wrap">
          <span className={STATE_LOOK[j.state]}>
            <span className="dot" />
            {t(STATE_TITLES[j.state])}
          </span>
          {j.version > 0 ? <span>{t({ en: `version ${j.version}`, zh: `第 ${j.version} 版` })}</span> : null}
          {j.edited && j.version > 0 ? (
            <span className="pill warn">{t({ en: 'changed since', zh: '有未发布的修改' })}</span>
          ) : null}
          <span className="tabular">
            {t({
              en: `${inside} inside · ${format.number(j.runs.done)} done · ${format.number(j.runs.failed)} failed`,
              zh: `进行中 ${inside} · 已完成 ${format.number(j.runs.done)} · 失败 ${format.number(j.runs.failed)}`,
            })}
          </span>
        </span>
      }
      actions={
        <>
          {may('journey.publish') && j.state === 'published' ? (
            <Button
              icon={<Icon name="pause" />}
              loading={pause.isPending}
              onClick={() =>
                void confirmed({
                  title: t({ en: 'Pause this journey?', zh: '暂停该旅程？' }),
                  consequence: t({
                    en: `Nobody comes in and the ${inside} members inside stop where they are until you resume. What happens meanwhile starts nothing.`,
                    zh: `暂停后不再有成员进入，进行中的 ${inside} 位成员停在当前步骤，直到恢复；期间发生的行为不会补触发。`,
                  }),
                  ok: t({ en: 'Pause', zh: '暂停' }),
                  act: () => pause.mutateAsync({ id: j.id }),
                })
              }
            >
              {t({ en: 'Pause', zh: '暂停' })}
            </Button>
          ) : null}
          {may('journey.publish') && j.state === 'paused' ? (
            <Button icon={<Icon name="play" />} loading={resume.isPending} onClick={() => resume.mutate({ id: j.id })}>
              {t({ en: 'Resume', zh: '恢复' })}
            </Button>
          ) : null}
          {may('journey.publish') && (j.edited || j.state === 'draft') ? (
            <Button type="primary" icon={<Icon name="bolt" />} disabled={j.flaws.length > 0} onClick={askPublish}>
              {t({ en: 'Publish', zh: '发布' })}
            </Button>
          ) : null}
          {may('journey.manage') ? (
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  {
                    key: 'delete',
                    danger: true,
                    disabled: j.state === 'published',
                    icon: <Icon name="trash" />,
                    label: t({ en: 'Delete', zh: '删除旅程' }),
                  },
                ],
                onClick: () =>
                  void confirmed({
                    danger: true,
                    title: t({ en: `Delete “${j.name}”?`, zh: `删除旅程「${j.name}」？` }),
                    consequence: t({
                      en: `The ${inside} members inside stop where they are. What was done stays on their timelines.`,
                      zh: `进行中的 ${inside} 位成员将就此停止；已执行的动作仍保留在成员时间线上。此操作不可恢复。`,
                    }),
                    ok: t({ en: 'Delete', zh: '删除' }),
                    act: () => remove.mutateAsync({ id: j.id }).then(() => navigate({ to: '/journeys' } as never)),
                  }),
              }}
            >
              <Button icon={<Icon name="more" />} aria-label={t({ en: 'More', zh: '更多操作' })} />
            </Dropdown>
          ) : null}
        </>
      }
    />
  )
}
