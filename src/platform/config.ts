// One frozen configuration, parsed once. Every key has a default that starts; `banyan config` prints this table.
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Text } from '#kernel/text'

const flag = z.enum(['on', 'off']).transform((v) => v === 'on')
const optional = z.string().min(1).optional()

interface Key<S extends z.ZodType = z.ZodType> {
  schema: S
  title: Text
  secret?: true
}
const key = <S extends z.ZodType>(schema: S, en: string, zh: string): Key<S> => ({ schema, title: { en, zh } })
const secret = <S extends z.ZodType>(schema: S, en: string, zh: string): Key<S> => ({
  ...key(schema, en, zh),
  secret: true,
})

const KEYS = {
  PORT: key(z.coerce.number().int().min(0).max(65_535).default(4000), 'HTTP port', 'HTTP 端口'),
  BANYAN_HOST: key(
    z.string().default('127.0.0.1'),
    'Address to listen on; 0.0.0.0 behind a proxy',
    '监听地址；在反向代理后可设为 0.0.0.0',
  ),
  BANYAN_PUBLIC_URL: key(z.url().optional(), 'Address that members and operators open', '成员与运营人员访问的地址'),
  BANYAN_URL: key(
    z.url().optional(),
    'For commands: the running instance to work on, with BANYAN_API_KEY',
    '命令行所连接的运行实例（配合 BANYAN_API_KEY）',
  ),
  BANYAN_DATA_DIR: key(z.string().default('./data'), 'Folder of the embedded stores and files', '内置存储与文件的目录'),
  DATABASE_URL: secret(optional, 'External PostgreSQL instead of the embedded one', '外部 PostgreSQL（代替内置）'),
  CLICKHOUSE_URL: secret(optional, 'External ClickHouse instead of the embedded one', '外部 ClickHouse（代替内置）'),
  BANYAN_ROLE: key(
    z.enum(['all', 'api', 'worker']).default('all'),
    'What this process does: all, api (HTTP) or worker',
    '本进程的职责：all、api（HTTP）或 worker',
  ),
  BANYAN_INSIGHT_MEMORY: key(
    z.coerce.number().int().min(256).max(1_048_576).default(1536),
    'Megabytes that analyses may take of ClickHouse together; two run at once, each with half',
    '分析查询可占用的 ClickHouse 内存总量（MB）；同时执行两个查询，各占一半',
  ),
  BANYAN_SAMPLE: key(flag.default(false), 'Load the sample brand on first start', '首次启动时载入示例品牌'),
  BANYAN_CLOCK: key(
    z.enum(['real', 'manual']).default('real'),
    'manual: domain time stands still until moved (tests)',
    'manual：业务时间静止，仅由接口推进（测试用）',
  ),
  BANYAN_SECRET: secret(
    z.string().min(32).optional(),
    'Seals second factors; without it the file secret in the data folder',
    '用于加密两步验证密钥；未设置时使用数据目录中的 secret 文件',
  ),
  BANYAN_OWNER_EMAIL: key(z.email().optional(), 'Owner of an unattended start', '无人值守启动时的所有者邮箱'),
  BANYAN_OWNER_PASSWORD: secret(optional, 'Password of that owner', '该所有者的密码'),
  BANYAN_API_KEY: secret(optional, 'An API key with all scopes', '拥有全部权限的 API 密钥'),
  BANYAN_WRITE_KEY: secret(optional, 'An ingestion write key', '事件写入密钥'),
  BANYAN_SMTP_URL: secret(
    z.url().optional(),
    'smtp://user:password@host:port; without it mails are written to the folder "mail" in the data folder',
    'smtp://用户:密码@主机:端口；未设置时邮件写入数据目录下的 mail 文件夹',
  ),
  BANYAN_MAIL_FROM: key(z.string().max(200).default('Banyan <banyan@localhost>'), 'Sender of mails', '发件人'),
  BANYAN_CHROMIUM: key(
    z.string().max(500).optional(),
    'Path of a Chromium that draws scheduled dashboards; "off" for none; default: where systems usually have one',
    '用于生成看板 PDF / PNG 的 Chromium 路径；off 表示不使用；默认在常见位置查找',
  ),
  BANYAN_TRUST_PROXY: key(
    flag.default(false),
    'Take the client address from X-Forwarded-For (only behind your own proxy)',
    '从 X-Forwarded-For 取客户端地址（仅在自有代理后开启）',
  ),
  BANYAN_LOG: key(z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'), 'Log level', '日志级别'),
  LANG: key(z.string().default('en'), 'Language of the command line', '命令行语言'),
  NODE_ENV: key(z.string().optional(), 'production refuses the manual clock', 'production 时拒绝手动时钟'),
} as const

type Values = { [K in keyof typeof KEYS]: z.output<(typeof KEYS)[K]['schema']> }
export type Config = Readonly<Values>

/** Parses the environment; throws one Error that names every key that is wrong. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const values: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const [name, { schema }] of Object.entries<Key>(KEYS)) {
    const raw = env[name]
    const result = schema.safeParse(raw === '' ? undefined : raw)
    if (result.success) values[name] = result.data
    else wrong.push(`${name}: ${result.error.issues.map((i) => i.message).join('; ')}`)
  }
  const config = values as Values
  if (config.BANYAN_CLOCK === 'manual' && config.NODE_ENV === 'production')
    wrong.push('BANYAN_CLOCK: manual is refused when NODE_ENV=production')
  if (wrong.length > 0) throw new Error(`configuration is not valid\n${wrong.join('\n')}`)
  return Object.freeze({ ...config, BANYAN_DATA_DIR: resolve(config.BANYAN_DATA_DIR) })
}

/** The configuration of this process. */
export const configFromEnvironment = (): Config => parseConfig(process.env)

/** The table that `banyan config` prints; secrets are only said to be set. */
export function configTable(config: Config): string {
  return Object.entries<Key>(KEYS)
    .map(([name, { title, secret: hidden }]) => {
      const value = config[name as keyof Config]
      const shown =
        value === undefined ? '–' : hidden ? '(set)' : value === true ? 'on' : value === false ? 'off' : value
      return `${name.padEnd(24)} ${String(shown).padEnd(32)} ${title.en} · ${title.zh}`
    })
    .join('\n')
}
