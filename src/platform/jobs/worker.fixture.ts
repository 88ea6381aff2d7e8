// A process for the tests to kill: works jobs of the database in argv, says `begun` for each and then waits.
import { z } from 'zod'
import { openDatabase } from '../database.ts'
import { openJobs } from '../jobs.ts'
import { createLog } from '../log.ts'

const [database = '', mode] = process.argv.slice(2)
const connection = JSON.parse(database)
const { db, close } = openDatabase(connection, 2)
const say = (word: string) => process.stdout.write(`${word}\n`)
const job = { kind: 'job' as const, name: 'test.work', payload: z.object({ n: z.number() }), run: async () => {} }

const jobs = await openJobs({
  connection,
  db,
  log: createLog('silent'),
  registry: { jobs: new Map([[job.name, job]]) },
  works: true,
  async run() {
    say('begun')
    if (mode === 'quick') await new Promise((resolve) => setTimeout(resolve, 1_000))
    else await new Promise(() => {})
    say('ended')
  },
  onDead: async () => {},
})
process.once('SIGTERM', async () => {
  await jobs.stop()
  await close()
  say('stopped')
})
say('ready')
