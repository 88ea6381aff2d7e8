import { createRoot } from 'react-dom/client'
import { applyTheme, storedTheme } from '#web/theme.ts'
import { Console } from './console.tsx'
import './base.css'

applyTheme(storedTheme())
const root = document.getElementById('app')
if (root) createRoot(root).render(<Console />)
