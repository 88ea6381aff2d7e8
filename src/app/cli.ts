// The entry. What has been compiled once is kept, which halves the time to start; so nothing else is imported before.
import { enableCompileCache } from 'node:module'

enableCompileCache()
if (process.argv[2] === 'serve') {
  const { refuseTaken } = await import('./taken.ts')
  refuseTaken()
}
await import('./main.ts')
