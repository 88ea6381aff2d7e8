// `banyan <command>`: one word, one function. Each prints what to do when it is called wrongly.
import { configFromEnvironment, configTable } from '#platform/config'
import { commands } from './commands.ts'
import { startError } from './system.ts'

async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args
  if (name === 'config') {
    process.stdout.write(`${configTable(configFromEnvironment())}\n`)
    return 0
  }
  const command = commands[name]
  if (!command) {
    const list = Object.entries(commands).map(([word, { usage }]) => `  ${word.padEnd(10)} ${usage}`)
    process.stdout.write(`banyan <command>\n\n  config     print the configuration\n${list.join('\n')}\n`)
    return name === 'help' ? 0 : 2
  }
  return command.run(rest, configFromEnvironment())
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${startError(error)}\n`)
    process.exit(1)
  },
)
