import { Home } from './home/home.tsx'
import { defineScreen } from './screen.ts'

export const screen = defineScreen({
  path: '/',
  title: { en: 'Home', zh: '首页' },
  nav: { order: 0, icon: 'home' },
  Component: Home,
})
