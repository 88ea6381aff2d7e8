import { defineScreen, lazily } from '../../portal/screen.ts'
import { SignIn } from './portal/sign-in.tsx'

export const screens = [
  // Not loaded later: it is what a first visit shows.
  defineScreen({ path: '/sign-in', title: { en: 'Sign in', zh: '登录' }, open: true, Component: SignIn }),
  defineScreen({
    path: '/me/devices',
    title: { en: 'Signed-in devices', zh: '登录设备' },
    Component: lazily(() => import('./portal/devices.tsx'), 'Devices'),
  }),
]
