// The entry. What has been compiled once is kept, which halves the time to start; so nothing else is imported before.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./main.ts')
