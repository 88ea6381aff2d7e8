import { createRoot } from 'react-dom/client'
import { applyTheme, storedTheme } from '#web/theme.ts'
import { Portal } from './portal.tsx'
import './tokens.css'
import './base.css'

applyTheme(storedTheme())
const root = document.getElementById('app')
if (root) createRoot(root).render(<Portal />)
// The development server has its own files, which a cache would only keep from changing.
if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('/service-worker.js')
