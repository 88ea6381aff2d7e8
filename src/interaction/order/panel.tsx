import { definePanel, lazily } from '../../console/page.ts'

export const panel = definePanel({
  title: { en: 'Orders', zh: '订单' },
  order: 50,
  needs: 'order.read',
  Component: lazily(() => import('./console/member-orders.tsx'), 'MemberOrders'),
})
