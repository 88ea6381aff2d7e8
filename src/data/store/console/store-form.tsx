import { Input, Modal } from 'antd'
import { useState } from 'react'
import type { Item } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'
import { pointText, readPoint } from './coordinates.ts'

export function StoreForm({ store, onClose }: { store: Item<'store.list'> | null; onClose(): void }) {
  const t = useText()
  const create = useAct('store.create', { onSuccess: onClose })
  const update = useAct('store.update', { onSuccess: onClose })
  const [name, setName] = useState(store?.name ?? '')
  const [address, setAddress] = useState(store?.address ?? '')
  const [place, setPlace] = useState(store ? pointText(store.point) : '')
  const point = readPoint(place)
  const error = create.error ?? update.error
  const save = () => {
    if (!point) return
    const values = { name: name.trim(), address: address.trim(), point }
    if (store) update.mutate({ id: store.id, ...values })
    else create.mutate(values)
  }
  return (
    <Modal
      open
      onCancel={onClose}
      title={store ? t({ en: 'Change the store', zh: '编辑门店' }) : t({ en: 'New store', zh: '新建门店' })}
      okText={t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: !name.trim() || !point }}
      confirmLoading={create.isPending || update.isPending}
      onOk={save}
    >
      <div className="stack">
        <Field label={t({ en: 'Name', zh: '名称' })}>
          {(id) => <Input id={id} value={name} maxLength={100} autoFocus onChange={(e) => setName(e.target.value)} />}
        </Field>
        <Field
          label={t({ en: 'Latitude and longitude', zh: '纬度与经度' })}
          hint={
            place !== '' && !point
              ? t({ en: 'Two numbers such as “31.2304, 121.4737”.', zh: '请填写两个数值，如「31.2304, 121.4737」。' })
              : t({
                  en: 'In degrees (WGS 84), as maps copy them. When it moves, segments that name the store are judged anew.',
                  zh: '十进制度数（WGS 84），可从地图复制；修改后，引用该门店的分群会重新计算。',
                })
          }
        >
          {(id) => (
            <Input
              id={id}
              className="mono"
              value={place}
              maxLength={60}
              placeholder="31.2304, 121.4737"
              {...(place !== '' && !point ? { status: 'error' as const } : {})}
              onChange={(e) => setPlace(e.target.value)}
            />
          )}
        </Field>
        <Field label={t({ en: 'Address', zh: '地址' })}>
          {(id) => <Input id={id} value={address} maxLength={300} onChange={(e) => setAddress(e.target.value)} />}
        </Field>
        {error ? <Failed compact error={error} /> : null}
      </div>
    </Modal>
  )
}
