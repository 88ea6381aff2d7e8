import { Alert, App, Button, Input, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { CommunitiesField } from './communities-field.tsx'

type Schedule = Item<'dashboard.schedules'>

/** Mails with the dashboard, at fixed times. */
export function ShareMails({ dashboardId }: { dashboardId: string }) {
  const t = useText()
  const schedules = useCall('dashboard.schedules', { id: dashboardId, limit: 50 })
  return (
    <Answer of={schedules} rows={6}>
      {({ items, draws }) => (
        <>
          {draws ? null : (
            <Alert
              type="warning"
              showIcon
              title={t({ en: 'Mails go out without a picture for now', zh: '当前邮件将不附图' })}
              description={t({
                en: 'The server found no Chromium that draws PDF or PNG. Install Chromium on the server, or name one in BANYAN_CHROMIUM. Until then readers get the numbers as a summary.',
                zh: '服务器上没有可用于生成 PDF / PNG 的 Chromium。请在服务器上安装 Chromium，或通过 BANYAN_CHROMIUM 指定其路径；在此之前，收件人将收到数据摘要。',
              })}
            />
          )}
          <ScheduleForm dashboardId={dashboardId} />
          <section aria-label={t({ en: 'Scheduled mails', zh: '定时邮件' })}>
            <h3>{t({ en: 'Scheduled mails', zh: '定时邮件' })}</h3>
            {items.length === 0 ? <p className="soft">{t({ en: 'None yet.', zh: '还没有定时邮件。' })}</p> : null}
            <ul>
              {items.map((s) => (
                <ScheduleItem key={s.scheduleId} schedule={s} />
              ))}
            </ul>
          </section>
        </>
      )}
    </Answer>
  )
}

const WEEKDAYS = [
  { en: 'Monday', zh: '周一' },
  { en: 'Tuesday', zh: '周二' },
  { en: 'Wednesday', zh: '周三' },
  { en: 'Thursday', zh: '周四' },
  { en: 'Friday', zh: '周五' },
  { en: 'Saturday', zh: '周六' },
  { en: 'Sunday', zh: '周日' },
] as const
const NO_DAY = { en: '', zh: '' } as const

function ScheduleForm({ dashboardId }: { dashboardId: string }) {
  const t = useText()
  const { locale } = usePreferences()
  const { brand, email } = useSession()
  const { message } = App.useApp()
  const schedule = useAct('dashboard.schedule')
  const [every, setEvery] = useState<'day' | 'week' | 'month'>('week')
  const [weekday, setWeekday] = useState(1)
  const [day, setDay] = useState(1)
  const [time, setTime] = useState('09:00')
  const [format, setFormat] = useState<'pdf' | 'png'>('pdf')
  const [recipients, setRecipients] = useState<readonly string[]>(email ? [email] : [])
  const [communityIds, setCommunities] = useState<readonly string[]>([])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await schedule.mutateAsync({
        id: dashboardId,
        format,
        rhythm: { every, weekday, day, time, timezone: brand.zone },
        recipients: [...recipients],
        language: locale,
        ...(communityIds.length > 0 ? { communityIds: [...communityIds] } : {}),
      })
      message.success(t({ en: 'Scheduled', zh: '已设置' }))
    } catch (error) {
      const { title, hint } = explainProblem(error, t)
      message.error([title, hint].filter(Boolean).join(' '))
    }
  }
  return (
    <form className="stack" onSubmit={(e) => void submit(e)}>
      <Field label={t({ en: 'Recipients', zh: '收件人' })}>
        {(id) => (
          <Select
            id={id}
            mode="tags"
            maxCount={20}
            open={false}
            suffixIcon={null}
            tokenSeparators={[' ', ',', ';', '，', '；']}
            value={[...recipients]}
            placeholder="name@example.org"
            onChange={(all: string[]) => setRecipients(all)}
          />
        )}
      </Field>
      <div className="row wrap">
        <Select
          value={every}
          aria-label={t({ en: 'How often', zh: '发送频率' })}
          style={{ width: 120 }}
          options={[
            { value: 'day', label: t({ en: 'every day', zh: '每天' }) },
            { value: 'week', label: t({ en: 'every week', zh: '每周' }) },
            { value: 'month', label: t({ en: 'every month', zh: '每月' }) },
          ]}
          onChange={setEvery}
        />
        {every === 'week' ? (
          <Select
            value={weekday}
            aria-label={t({ en: 'Weekday', zh: '星期' })}
            style={{ width: 120 }}
            options={WEEKDAYS.map((title, i) => ({ value: i + 1, label: t(title) }))}
            onChange={setWeekday}
          />
        ) : null}
        {every === 'month' ? (
          <Select
            value={day}
            aria-label={t({ en: 'Day of the month', zh: '日期' })}
            style={{ width: 120 }}
            options={Array.from({ length: 31 }, (_, i) => ({
              value: i + 1,
              label: t({ en: `day ${i + 1}`, zh: `${i + 1} 日` }),
            }))}
            onChange={setDay}
          />
        ) : null}
        <Input
          type="time"
          required
          value={time}
          style={{ width: 120 }}
          aria-label={t({ en: 'Time', zh: '时刻' })}
          onChange={(e) => setTime(e.target.value)}
        />
        <Select
          value={format}
          aria-label={t({ en: 'Attached as', zh: '附件格式' })}
          style={{ width: 100 }}
          options={[
            { value: 'pdf', label: 'PDF' },
            { value: 'png', label: 'PNG' },
          ]}
          onChange={setFormat}
        />
      </div>
      <span className="hint faint small">
        {t({ en: `By the clock of ${brand.zone}.`, zh: `按 ${brand.zone} 时间发送。` })}
      </span>
      <CommunitiesField value={communityIds} onChange={setCommunities} />
      <div>
        <Button type="primary" htmlType="submit" loading={schedule.isPending} disabled={recipients.length === 0}>
          {t({ en: 'Schedule', zh: '设置定时邮件' })}
        </Button>
      </div>
    </form>
  )
}

function ScheduleItem({ schedule }: { schedule: Schedule }) {
  const t = useText()
  const format = useFormat()
  const confirmed = useConfirmed()
  const { message } = App.useApp()
  const stop = useAct('dashboard.unschedule')
  const now = useAct('dashboard.deliver_now')
  const [open, setOpen] = useState(false)
  const { every, weekday = 1, day, time } = schedule.rhythm
  const when =
    every === 'day'
      ? t({ en: `Every day at ${time}`, zh: `每天 ${time}` })
      : every === 'week'
        ? t({
            en: `${t(WEEKDAYS[weekday - 1] ?? NO_DAY)}s at ${time}`,
            zh: `每${t(WEEKDAYS[weekday - 1] ?? NO_DAY)} ${time}`,
          })
        : t({ en: `Day ${day} of every month at ${time}`, zh: `每月 ${day} 日 ${time}` })
  const send = () =>
    now.mutateAsync({ scheduleId: schedule.scheduleId }).then(
      () => message.success(t({ en: 'On its way', zh: '正在发送' })),
      (error: unknown) => message.error(explainProblem(error, t).title),
    )
  return (
    <li className="share-item stack tight">
      <div className="row wrap">
        <div className="grow">
          <strong>{when}</strong> <span className="pill">{schedule.format.toUpperCase()}</span>
          <div className="faint small">{schedule.recipients.join(' · ')}</div>
          <div className="faint small">
            {schedule.nextAt
              ? t({ en: `next ${format.minute(schedule.nextAt)}`, zh: `下次 ${format.minute(schedule.nextAt)}` })
              : t({ en: 'stopped', zh: '已停止' })}
          </div>
        </div>
        <Button size="small" type="text" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t({ en: 'History', zh: '发送记录' })}
        </Button>
        {schedule.nextAt ? (
          <>
            <Button size="small" loading={now.isPending} onClick={() => void send()}>
              {t({ en: 'Send now', zh: '立即发送' })}
            </Button>
            <Button
              size="small"
              onClick={() =>
                void confirmed({
                  danger: true,
                  title: t({ en: 'Stop this mail?', zh: '停止该定时邮件？' }),
                  consequence: t({
                    en: `${schedule.recipients.length} readers get no more mails. The history stays.`,
                    zh: `${schedule.recipients.length} 位收件人将不再收到邮件，发送记录予以保留。`,
                  }),
                  ok: t({ en: 'Stop', zh: '停止' }),
                  act: () => stop.mutateAsync({ scheduleId: schedule.scheduleId }),
                })
              }
            >
              {t({ en: 'Stop', zh: '停止' })}
            </Button>
          </>
        ) : null}
      </div>
      {open ? <History scheduleId={schedule.scheduleId} /> : null}
    </li>
  )
}

function History({ scheduleId }: { scheduleId: string }) {
  const t = useText()
  const format = useFormat()
  const history = useCall('dashboard.deliveries', { scheduleId, limit: 20 }, { refetchInterval: 5000 })
  return (
    <Answer of={history} rows={2}>
      {({ items }) => (
        <ul className="small">
          {items.length === 0 ? (
            <li className="soft">{t({ en: 'Nothing sent yet.', zh: '还没有发送记录。' })}</li>
          ) : null}
          {items.map((d) => (
            <li key={d.deliveryId} className="row">
              <span className="tabular">{format.minute(d.dueAt)}</span>
              <span className={`pill ${PILLS[d.state]}`}>{t(STATES[d.state])}</span>
              <span className="faint clip grow">
                {[
                  d.state === 'sent' ? t({ en: `${d.sent} mails`, zh: `${d.sent} 封` }) : '',
                  d.attached ? d.attached.toUpperCase() : '',
                  d.reason ? t(REASONS[d.reason.split(':')[0] ?? ''] ?? { en: d.reason, zh: d.reason }) : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Answer>
  )
}

const STATES = {
  planned: { en: 'on its way', zh: '发送中' },
  sent: { en: 'sent', zh: '已发送' },
  failed: { en: 'failed', zh: '失败' },
} as const
const PILLS = { planned: 'info', sent: 'good', failed: 'bad' } as const
const REASONS: Readonly<Record<string, { en: string; zh: string }>> = {
  no_browser: { en: 'no Chromium: sent as a summary', zh: '未找到 Chromium，已改为发送数据摘要' },
  not_drawn: { en: 'the picture failed: sent as a summary', zh: '图片生成失败，已改为发送数据摘要' },
  stopped: { en: 'it was stopped', zh: '已停止' },
  maker_may_not_share: { en: 'its maker may no longer share', zh: '创建者已无分享权限' },
  mail_refused: { en: 'the mail server refused it; tried again', zh: '邮件服务器拒收，正在重试' },
}
