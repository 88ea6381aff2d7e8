import { createRoot } from 'react-dom/client'
import { PreferencesProvider } from '#web/preferences.tsx'
import { applyTheme, storedTheme } from '#web/theme.ts'
import { Reference } from './reference.tsx'
import '../base.css'

applyTheme(storedTheme())
const root = document.getElementById('app')
if (root)
  createRoot(root).render(
    <PreferencesProvider>
      <Reference />
    </PreferencesProvider>,
  )
