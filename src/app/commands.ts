import { parseArgs } from 'node:util'
import { importCommand } from '#interaction/import'
import { rebuildBalances, verifyPoints } from '#interaction/points'
import { send } from '#interaction/simulate'
import type { Db } from '#kernel/host'
import { verifyAudit } from '#platform/audit-chain'
import type { Config } from '#platform/config'
import { openDatabase } from '#platform/database'
import { createLog } from '#platform/log'
import { openInstance } from './instance.ts'
import { serve } from './serve.ts'
import { openStores } from './stores.ts'

interface Command {
  usage: string
  /** Answers the exit code. */
  run(args: readonly string[], config: Config): Promise<number>
}

const say = (line: string) => process.stdout.write(`${line}\n`)
/** Over the line before it on a terminal; in a log each line stands for itself, so there only every tenth is said. */
const update = (() => {
  let n = 0
  return (line: string) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`)
    else if (n++ % 10 === 0) say(line)
  }
})()

export const commands: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'start the server',
    async run(_, config) {
      await serve(config)
      return 0
    },
  },
  import: {
    usage: 'stackexchange <folder> | members <file>: read an archive or a table',
    async run(args, config) {
      const instance = await openInstance(config)
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
      try {
        const locale = config.LANG.startsWith('zh') ? 'zh' : 'en'
        return await importCommand(args, { instance, say, update, locale, signal: stop.signal })
      } finally {
        await instance.close()
      }
    },
  },
  simulate: { usage: '--members 20000 --days 180 --seed 7: write a believable tea brand', run: simulateCommand },
  verify: { usage: 'audit | points [--rebuild]: prove what must hold', run: verifyCommand },
}

async function simulateCommand(args: readonly string[], config: Config): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '20000' },
      days: { type: 'string', default: '180' },
      seed: { type: 'string', default: '7' },
    },
  })
  const [members, days, seed] = [Number(values.members), Number(values.days), Number(values.seed)]
  const whole = (n: number, most: number) => Number.isInteger(n) && n >= 1 && n <= most
  if (!whole(members, 2_000_000) || !whole(days, 3650) || !whole(seed, 2 ** 31)) {
    say('banyan simulate --members 1–2000000 --days 1–3650 --seed 1–2147483648')
    return 2
  }
  const instance = await openInstance(config)
  try {
    const { zone } = (await instance.call('brand.get', {})) as { zone: string }
    const started = performance.now()
    const told = await send({ members, days, seed, zone, end: new Date() }, instance, (t) =>
      update(`${t.day}  ${t.members} members  ${t.happenings} events`),
    )
    while (!(await instance.visible())) await new Promise((resolve) => setTimeout(resolve, 100))
    const seconds = (performance.now() - started) / 1000
    say(`\n${told.members} members, ${told.happenings} events in ${seconds.toFixed(1)} s`)
    return 0
  } finally {
    await instance.close()
  }
}

async function verifyCommand(args: readonly string[], config: Config): Promise<number> {
  const [what, option] = args
  const check = what === 'audit' ? auditProof : what === 'points' ? pointsProof(option === '--rebuild') : null
  if (!check) {
    say('banyan verify audit | points [--rebuild]')
    return 2
  }
  const stores = await openStores(config, createLog('warn'))
  const { db, close } = openDatabase(stores.connection, 2)
  try {
    return await check(db)
  } finally {
    await close()
    await stores.stop()
  }
}

async function auditProof(db: Db): Promise<number> {
  const verdict = await verifyAudit(db)
  say(JSON.stringify(verdict))
  return verdict.ok ? 0 : 1
}

const pointsProof = (rebuild: boolean) => async (db: Db) => {
  if (rebuild) say(JSON.stringify(await rebuildBalances(db as never)))
  const verdict = await verifyPoints(db as never)
  say(JSON.stringify(verdict))
  return verdict.ok ? 0 : 1
}
