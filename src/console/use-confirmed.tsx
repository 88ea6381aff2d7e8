import { App } from 'antd'
import { type ReactNode, useCallback } from 'react'
import { useText } from '#web/preferences.tsx'
import { explainProblem } from './explain-problem.ts'

interface Step {
  title: string
  /** What will happen, in numbers where there are any, and what will stay. */
  consequence: ReactNode
  ok: string
  danger?: boolean
  act(): Promise<unknown>
  done?: string
}

/** Asks before a step that is hard to take back, then takes it and says how it went. */
export function useConfirmed(): (step: Step) => Promise<void> {
  const t = useText()
  const { modal, message } = App.useApp()
  return useCallback(
    async (step) => {
      await modal.confirm({
        title: step.title,
        content: step.consequence,
        icon: null,
        okText: step.ok,
        okButtonProps: step.danger ? { danger: true } : {},
        onOk: () =>
          step.act().then(
            () => {
              if (step.done) message.success(step.done)
            },
            (error: unknown) => {
              const { title, hint } = explainProblem(error, t)
              message.error([title, hint].filter(Boolean).join(' '))
            },
          ),
      })
    },
    [modal, message, t],
  )
}
