// Runs before the portal's own script has come: shows the door as it was drawn at build time to whoever will see it
// first, so that a weak line shows words after one answer and not after all of React.
import { LANG, storedLocale } from '#web/text.ts'
import { applyTheme, storedTheme } from '#web/theme.ts'
import { wasSignedIn } from '../was-signed-in.ts'

const locale = storedLocale()
const drawn = document.getElementById(`door-${locale}`)
const app = document.getElementById('app')
if (app && drawn instanceof HTMLTemplateElement && !wasSignedIn() && /^\/(sign-in\/?)?$/.test(location.pathname)) {
  document.documentElement.lang = LANG[locale]
  applyTheme(storedTheme())
  const picture = document.createElement('div')
  picture.style.display = 'contents'
  // What is typed into a picture would be lost when the real door takes its place.
  picture.inert = true
  picture.append(drawn.content.cloneNode(true))
  for (const field of picture.querySelectorAll('input')) field.readOnly = true
  app.append(picture)
}
