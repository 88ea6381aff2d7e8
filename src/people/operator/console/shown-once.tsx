import { App, Button, Input, Modal, Space } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'

/** A link or secret that cannot be shown again. */
export function ShownOnce({
  title,
  hint,
  value,
  close,
}: {
  title: string
  hint: string
  value: string | null
  close: () => void
}) {
  const t = useText()
  const { message } = App.useApp()
  const copy = async () => {
    await navigator.clipboard.writeText(value ?? '')
    message.success(t({ en: 'Copied', zh: '已复制' }))
  }
  return (
    <Modal
      open={value !== null}
      title={title}
      onCancel={close}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={close}>
          {t({ en: 'I have kept it', zh: '我已妥善保存' })}
        </Button>
      }
    >
      <p className="soft" style={{ marginBottom: 12 }}>
        {hint}
      </p>
      <Space.Compact block>
        <Input readOnly value={value ?? ''} className="mono" aria-label={title} onFocus={(e) => e.target.select()} />
        <Button icon={<Icon name="copy" />} aria-label={t({ en: 'Copy', zh: '复制' })} onClick={() => void copy()} />
      </Space.Compact>
    </Modal>
  )
}
