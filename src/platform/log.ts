import pino from 'pino'

export type Log = pino.Logger

/**
 * Logs carry ids, codes and counts, never names, addresses, mails or bodies: what is personal stays in the stores,
 * where erasure reaches it. Fields that could hold such data by mistake are cut here as the last line.
 */
export const createLog = (level: string): Log =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'email',
        'phone',
        'password',
        'authorization',
        'cookie',
        'body',
        'input',
        '*.email',
        '*.phone',
        '*.password',
      ],
      remove: true,
    },
    serializers: { err: errorForLog },
  })

/** Class, code and stack; messages of database errors may quote values, so only their codes are kept. */
function errorForLog(error: Error & { code?: unknown; severity?: unknown }) {
  const fromDatabase = error.severity !== undefined
  return {
    type: error.name,
    code: error.code,
    message: fromDatabase ? undefined : error.message?.slice(0, 500),
    stack: error.stack
      ?.split('\n')
      .slice(fromDatabase ? 1 : 0, 12)
      .join('\n'),
  }
}
